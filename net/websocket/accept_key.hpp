// The server's half of the opening handshake (RFC 6455 section 4.2.2).
#pragma once

#include <string>
#include <string_view>

namespace roost::net::websocket {

/// Sec-WebSocket-Accept for a client's Sec-WebSocket-Key.
std::string accept_key(std::string_view client_key);

}  // namespace roost::net::websocket
