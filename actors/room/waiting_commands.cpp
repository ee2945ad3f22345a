// SPDX-License-Identifier: Apache-2.0
#include "actors/room/waiting_commands.hpp"

#include <variant>

namespace roost::actors {

namespace {

std::size_t bytes_of(const cluster::command& command) {
  auto out = sizeof(cluster::command);
  std::visit(
      [&out](const auto& kind) {
        if constexpr (requires { kind.payload; }) out += kind.payload.data.size;
        if constexpr (requires { kind.meta; }) out += kind.meta.data.size;
        if constexpr (requires { kind.members; }) {
          for (const auto& each : kind.members) out += sizeof each + each.meta.data.size;
        }
      },
      command.body);
  return out;
}

}  // namespace

bool waiting_commands::has_space_for(const cluster::command& command) const {
  const auto added = bytes_of(command);
  return all_.size() < commands_max && (all_.empty() || bytes_ + added <= bytes_max) &&
         loop_bytes_ + added <= loop_bytes_max_;
}

void waiting_commands::add(cluster::command&& command) {
  const auto added = bytes_of(command);
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
