// A WebSocket client after its upgrade (RFC 6455), on a plain TCP socket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string_view>

#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/loop.hpp"
#include "net/transport/session.hpp"

namespace roost::net::websocket {

/// What every session of a node shares; outlives them.
struct session_context {
  const live_settings& config;
  connection_opener& opener;
  metrics& probe;
  std::size_t loops = 1;  ///< each has an equal part of limits.partial_bytes_max
};

/// Takes the socket whose 101 answer has been written, and serves it: makes the handler, parses
/// frames, answers pings and closes, enforces limits, ends idle clients. `early` holds bytes that
/// came behind the upgrade request. Call on `home`. The session keeps itself alive until closed.
void start_session(loop& home, boost::asio::ip::tcp::socket socket, std::string_view early,
                   connect_info info, const session_context& context);

}  // namespace roost::net::websocket
