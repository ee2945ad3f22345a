// SPDX-License-Identifier: Apache-2.0
// Computes how many clients fit into the limit of open files (RLIMIT_NOFILE).
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::net::http {

struct fd_budget {
  std::uint32_t connections;  ///< maximum of upgraded connections
  std::uint32_t sockets;      ///< maximum of sockets of the public port, upgraded or not
};

/// Reserves 200 files plus 5 for each loop, at most half of `files`. Half of the reserve is for
/// clients before their upgrade, so that a full node can still answer them. The other half is for
/// the admin port, key files and the loops.
fd_budget fd_budget_for(std::uint64_t files, std::size_t loops);

/// The budget of this process. `configured` is node.connections_max; 0 means no further limit.
fd_budget fd_budget_of_process(std::uint32_t configured, std::size_t loops);

}  // namespace roost::net::http
