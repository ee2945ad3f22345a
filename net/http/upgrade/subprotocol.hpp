// SPDX-License-Identifier: Apache-2.0
// Negotiates Sec-WebSocket-Protocol and extracts the token that Phoenix's client puts there. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

struct subprotocol_choice {
  std::string token;  ///< decoded; empty: none was sent
  std::string echo;   ///< the selected subprotocol; empty: send no header
};

/// `header` is all header lines joined, nullopt if the client sent none; `configured` are the names
/// of the mount. Fails with bad_token or subprotocol_refused. If `uses_tokens` is false, tokens are
/// removed from the list and not decoded.
result<subprotocol_choice> choose_subprotocol(std::optional<std::string_view> header,
                                              std::span<const std::string> configured,
                                              bool uses_tokens = true);

}  // namespace roost::net::http
