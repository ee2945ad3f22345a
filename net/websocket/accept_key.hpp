// SPDX-License-Identifier: Apache-2.0
// The key with which a server answers the opening handshake (RFC 6455 section 4.2.2). Pure.
#pragma once

#include <string>
#include <string_view>

namespace roost::net::websocket {

/// The Sec-WebSocket-Accept header for a client's Sec-WebSocket-Key.
std::string accept_key(std::string_view client_key);

}  // namespace roost::net::websocket
