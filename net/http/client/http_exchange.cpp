// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_exchange.hpp"

#include <algorithm>
#include <cctype>

namespace roost::net::http {
namespace {

bool is_same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::string_view http_client_response::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [name](const auto& each) {
    return std::ranges::equal(each.first, name, is_same_letter);
  });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace roost::net::http
