// Where what the bus brings becomes a message to an actor.
#pragma once

#include <memory>
#include <vector>

#include "actors/node_context.hpp"
#include "actors/room/room_table.hpp"
#include "cluster/bus.hpp"

namespace roost::actors {

/// Owns: the table of owners of each loop. Runs on: any thread (the tables on their loops only).
/// Ends: after the bus.
class bus_inlet final : public cluster::bus_handler {
 public:
  explicit bus_inlet(node_context& node);
  void command_arrived(cluster::command&& what) override;
  void event_arrived(const cluster::event_ptr& what) override;
  /// The owners of this loop, to be read on it.
  const room_table& rooms_of(loop_id loop) const { return *tables_[loop.value]; }
  /// Tells the rooms of this loop, or ends them; call on it.
  void rules_changed_on(loop_id loop) { tables_[loop.value]->rules_changed(); }
  void end_rooms(loop_id loop) { tables_[loop.value]->end_all(); }

 private:
  node_context& node_;
  empty_rooms empty_;                                // of all loops
  std::vector<std::unique_ptr<room_table>> tables_;  // one a loop
};

}  // namespace roost::actors
