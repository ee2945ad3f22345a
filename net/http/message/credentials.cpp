// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/credentials.hpp"

#include <algorithm>
#include <cctype>

namespace roost::net::http {
namespace {

constexpr std::string_view bearer = "bearer ";
constexpr unsigned status_forbidden = 403;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_same_letter(char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; }

}  // namespace

std::string_view bearer_token(std::string_view authorization) {
  if (authorization.size() < bearer.size() ||
      !std::equal(bearer.begin(), bearer.end(), authorization.begin(),
                  [](char b, char a) { return is_same_letter(a, b); })) {
    return {};
  }
  return trim(authorization.substr(bearer.size()));
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const auto pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
    auto value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (!value.empty()) return value;
  }
  return {};
}

http_response token_error_response(errc why) {
  auto out = http_error_response(why);
  out.status = status_forbidden;
  return out;
}

}  // namespace roost::net::http
