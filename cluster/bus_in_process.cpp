// SPDX-License-Identifier: Apache-2.0
#include "cluster/bus_in_process.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

result<void> bus_in_process::publish(command&& command) {
  handler_.command_arrived(std::move(command));
  return {};
}

result<void> bus_in_process::publish(const event_ptr& event, std::span<const node_id> nodes) {
  if (std::ranges::find(nodes, self_) != nodes.end()) handler_.event_arrived(event);
  return {};
}

}  // namespace roost::cluster
