// Listening sockets, one a loop, on one address.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/base/error.hpp"

namespace roost::net::http {

/// Open, non-blocking and listening; whoever holds them closes them.
struct bound_sockets {
  boost::asio::ip::tcp::endpoint at;  ///< with the port that was taken
  std::vector<int> descriptors;
};

/// Takes `host`:`port` with `count` sockets (SO_REUSEPORT where more than one). Port 0: a free one.
/// Fails with cannot_bind where another process listens there, even with SO_REUSEPORT; the detail
/// names the address and the setting, GROUP.host or GROUP.port.
result<bound_sockets> bind_sockets(const std::string& group, const std::string& host,
                                   std::uint16_t port, std::size_t count);

}  // namespace roost::net::http
