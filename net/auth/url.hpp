// SPDX-License-Identifier: Apache-2.0
// Parser of http and https URLs. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::net::auth {

struct url {
  bool is_secure = false;
  std::string host;       ///< without brackets
  std::string port;       ///< default of the scheme if absent
  std::string authority;  ///< value of the Host header
  std::string target;     ///< path and query, at least "/"
};

/// Returns nullopt for other schemes, user info, fragments, and bytes that are not printable ASCII.
std::optional<url> parse_url(std::string_view text);

}  // namespace roost::net::auth
