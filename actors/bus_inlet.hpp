// Dispatches what arrives on the bus to the actors: commands to rooms, events to edges.
#pragma once

#include <memory>
#include <vector>

#include "actors/node_context.hpp"
#include "actors/room/room_table.hpp"
#include "cluster/bus.hpp"

namespace roost::actors {

/// Bus handler. Owns: one room table for each loop. Runs on: any thread; each table on its loop
/// only. Ends: after the bus.
class bus_dispatcher final : public cluster::bus_handler {
 public:
  explicit bus_dispatcher(node_context& node);
  void command_arrived(cluster::command&& command) override;
  void event_arrived(const cluster::event_ptr& event) override;
  /// The rooms of this loop; call on that loop.
  const room_registry& rooms_of(loop_id loop) const { return *registries_[loop.value]; }
  /// Reloads the rules of this loop's rooms, or ends these rooms; call on that loop.
  void rules_changed_on(loop_id loop) { registries_[loop.value]->rules_changed(); }
  void end_rooms(loop_id loop) { registries_[loop.value]->end_all(); }

 private:
  node_context& node_;
  empty_rooms empty_;                                       // shared by all loops
  std::vector<std::unique_ptr<room_registry>> registries_;  // one for each loop
};

}  // namespace roost::actors
