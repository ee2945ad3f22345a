// The PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt): how a load balancer that
// passes TCP on says whose connection it is. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/cidr.hpp"

namespace roost::net::limits {

/// What the beginning of a connection was found to be.
struct proxy_header {
  enum class state {
    need_more,  ///< the beginning of a header
    whole,      ///< a header of `bytes` bytes
    wrong,      ///< no header, or one that breaks the rules
  };
  state what = state::need_more;
  std::size_t bytes = 0;
  /// Whose connection it is; nothing where the proxy speaks for itself or does not know: then the
  /// address is that of the connection.
  std::optional<address_bytes> source{};
};

/// Longer ones are wrong: addresses take 52 bytes, the rest are notes that are not read.
inline constexpr std::size_t proxy_header_bytes_max = 4'096;

proxy_header read_proxy_header(std::string_view input);

}  // namespace roost::net::limits
