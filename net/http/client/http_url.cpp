// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_url.hpp"

#include <curl/urlapi.h>

#include <algorithm>
#include <memory>
#include <string>

#include "config/base/freed_by.hpp"

namespace roost::net::http {
namespace {

// Refuses what libcurl would accept: further slashes, an empty port, and port 0.
bool is_authority(std::string_view text) {
  const auto port = text.substr(std::min(text.rfind(':'), text.size()));
  const auto is_zero = [](char c) { return c == ':' || c == '0'; };
  return !text.empty() && text.find('@') == std::string_view::npos &&
         (port.empty() || !std::ranges::all_of(port, is_zero));
}

}  // namespace

bool is_http_url(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
  if (!std::ranges::all_of(text, is_plain)) return false;
  if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
  const auto rest = text.substr(text.find("//") + 2);
  if (!is_authority(rest.substr(0, rest.find_first_of("/?")))) return false;
  const std::unique_ptr<CURLU, freed_by<curl_url_cleanup>> url{curl_url()};
  return url && curl_url_set(url.get(), CURLUPART_URL, std::string{text}.c_str(), 0) == CURLUE_OK;
}

}  // namespace roost::net::http
