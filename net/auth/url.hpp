// The parts of an http or https address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::net::auth {

struct url {
  bool is_secure = false;
  std::string host;       ///< without brackets
  std::string port;       ///< the scheme's where none is written
  std::string authority;  ///< as the Host header has it
  std::string target;     ///< path and query, at least "/"
};

/// Nothing for other schemes, user names, fragments, and bytes that are not printable ASCII.
std::optional<url> parse_url(std::string_view text);

}  // namespace roost::net::auth
