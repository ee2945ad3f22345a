// SPDX-License-Identifier: Apache-2.0
// Opens the listening sockets of one address, one for each loop.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/base/error.hpp"

namespace roost::net::http {

/// Non-blocking listening sockets. The caller must close them.
struct listen_sockets {
  boost::asio::ip::tcp::endpoint endpoint;  ///< with the actual port
  std::vector<int> descriptors;
};

/// Binds `count` sockets to `host`:`port`, with SO_REUSEPORT if more than one. Port 0 selects a
/// free port. Fails with cannot_bind if another process listens there, even with SO_REUSEPORT; the
/// detail names the address and the setting, GROUP.host or GROUP.port.
result<listen_sockets> open_listen_sockets(const std::string& group, const std::string& host,
                                           std::uint16_t port, std::size_t count);

}  // namespace roost::net::http
