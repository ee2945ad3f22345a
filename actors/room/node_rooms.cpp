// SPDX-License-Identifier: Apache-2.0
#include "actors/room/node_rooms.hpp"

#include <utility>

namespace roost::actors {

node_rooms::node_rooms(const room_dependencies& shared, loop_scheduler& scheduler)
    : scheduler_(scheduler) {
  for (std::size_t i = 0; i < scheduler.size(); ++i) {
    registries_.push_back(std::make_unique<room_registry>(shared, scheduler.unit(i), empty_));
  }
}

void node_rooms::dispatch(cluster::command&& command) {
  auto& home = scheduler_.home_of(command.topic).home();
  auto& registry = on(home.id());
  if (net::loop::current() == &home) return registry.dispatch(std::move(command));
  home.post([&registry, command = std::move(command)]() mutable {
    registry.dispatch(std::move(command));
  });
}

}  // namespace roost::actors
