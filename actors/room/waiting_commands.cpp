// SPDX-License-Identifier: Apache-2.0
#include "actors/room/waiting_commands.hpp"

#include <utility>

#include "actors/messages/command_bytes.hpp"

namespace roost::actors {

bool waiting_commands::has_space_for(const cluster::command& command) const {
  const auto added = command_bytes(command);
  return all_.size() < commands_max && (all_.empty() || bytes_ + added <= bytes_max) &&
         loop_bytes_ + added <= loop_bytes_max_;
}

void waiting_commands::add(cluster::command&& command) {
  const auto added = command_bytes(command);
  bytes_ += added;
  loop_bytes_ += added;
  all_.push_back(std::move(command));
}

void waiting_commands::forget(node_id node) {
  for (auto& each : take()) {
    if (each.id.edge.node != node) add(std::move(each));
  }
}

waiting_commands::commands waiting_commands::take() {
  loop_bytes_ -= std::exchange(bytes_, 0);
  return std::exchange(all_, {});
}

}  // namespace roost::actors
