// SPDX-License-Identifier: Apache-2.0
// Dispatches the envelopes of the bus to the actors: commands to rooms, events to edges.
#pragma once

#include "actors/edge/edge_registry.hpp"
#include "actors/room/node_rooms.hpp"
#include "cluster/bus.hpp"

namespace roost::actors {

/// The bus_handler of a node. Owns: nothing. Runs on: any thread. Ends: after the bus.
class bus_dispatcher final : public cluster::bus_handler {
 public:
  /// Only stores the references, so it may be created before these objects.
  bus_dispatcher(node_rooms& rooms, edge_registry& edges) : rooms_(rooms), edges_(edges) {}
  void command_arrived(cluster::command&& command) override;
  void event_arrived(const cluster::event_ptr& event) override;

 private:
  node_rooms& rooms_;
  edge_registry& edges_;
};

}  // namespace roost::actors
