// SPDX-License-Identifier: Apache-2.0
// Starts the session of a WebSocket client after its upgrade (RFC 6455).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string_view>

#include "net/loop/loop.hpp"
#include "net/transport/byte_stream.hpp"
#include "net/transport/session.hpp"
#include "net/websocket/session_context.hpp"

namespace roost::net::websocket {

/// Takes over a socket on which the 101 response was written, and serves it: creates the handler,
/// parses frames, answers ping and close frames, enforces limits, closes idle clients. `early`
/// holds the bytes received after the upgrade request. Call on `home`. The session keeps itself
/// alive until it is closed.
void start_session(loop& home, boost::asio::ip::tcp::socket socket, std::string_view early,
                   connect_info info, const session_context& context);
/// The same for a stream whose socket has its options already.
void start_session(loop& home, byte_stream stream, std::string_view early, connect_info info,
                   const session_context& context);

}  // namespace roost::net::websocket
