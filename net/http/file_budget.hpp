// How many clients the limit of open files bears. The only place that knows the reserve.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::net::http {

struct file_budget {
  std::uint32_t connections;  ///< upgraded ones
  std::uint32_t sockets;      ///< of the public port, with those that are not upgraded
};

/// Leaves 200 and 4 a loop beside the connections, half where there are not as many. Half of that
/// is for clients before their upgrade, who are told that the node is full; the rest for the admin
/// port, for keys, for the loops themselves.
file_budget budget_of(std::uint64_t files, std::size_t loops);

/// That of this process. `configured` is node.connections_max, 0: as many as fit.
file_budget budget_here(std::uint32_t configured, std::size_t loops);

}  // namespace roost::net::http
