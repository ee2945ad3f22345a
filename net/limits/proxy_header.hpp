// SPDX-License-Identifier: Apache-2.0
// Parses the PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt). Pure.
// A TCP load balancer sends this header before the client's bytes; it names the client's address.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/base/cidr.hpp"

namespace roost::net::limits {

/// The result of parsing the first bytes of a connection.
struct proxy_header {
  enum class parse_state {
    need_more,  ///< an incomplete header
    complete,   ///< a complete header of `bytes` bytes
    invalid,    ///< no header, or an invalid one
  };
  parse_state state = parse_state::need_more;
  std::size_t bytes = 0;
  /// The client's address. Empty if the proxy itself opened the connection (LOCAL) or does not know
  /// the client; then use the peer address of the connection.
  std::optional<address_bytes> source{};
};

/// A longer header is invalid. Up to the end of IPv6 addresses a header has 52 bytes; the rest are
/// optional fields (TLVs), which are ignored.
inline constexpr std::size_t proxy_header_bytes_max = 4'096;

proxy_header read_proxy_header(std::string_view input);

}  // namespace roost::net::limits
