// Sec-WebSocket-Protocol: which name is answered, and the token that Phoenix's client hides there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

struct subprotocol_choice {
  std::string token;  ///< empty: none was sent
  std::string echo;   ///< the name to answer with; empty: no header
};

/// `header` is the joined header, nothing where the client sent none; `configured` are the mount's
/// own names. Fails with bad_token or subprotocol_refused. Without `uses_tokens` a token is left
/// out of the list and not decoded.
result<subprotocol_choice> choose_subprotocol(std::optional<std::string_view> header,
                                              std::span<const std::string> configured,
                                              bool uses_tokens = true);

}  // namespace roost::net::http
