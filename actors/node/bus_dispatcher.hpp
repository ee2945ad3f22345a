// SPDX-License-Identifier: Apache-2.0
// Dispatches the envelopes and reports of the bus to the actors: rooms and edges.
#pragma once

#include <cstdint>
#include <memory>

#include "actors/edge/edge_registry.hpp"
#include "actors/room/node_rooms.hpp"
#include "cluster/bus.hpp"

namespace roost::actors {

/// The bus_handler of a node. Owns: nothing. Runs on: any thread. Ends: after the bus.
class bus_dispatcher final : public cluster::bus_handler {
 public:
  /// Only stores the references, so it may be created before these objects.
  bus_dispatcher(node_rooms& rooms, edge_registry& edges) : rooms_(rooms), edges_(edges) {}
  /// Call before the bus calls this handler.
  void use(cluster::bus& bus, node_id self) {
    bus_ = &bus;
    self_ = self;
  }
  void command_arrived(cluster::command&& command) override;
  void event_arrived(const cluster::event_ptr& event) override;
  void link_broke(node_id node, bool has_left) override;
  void owner_changed(cluster::shard_id shard, const cluster::announced_owner& now) override;
  void attaching_finished(cluster::shard_id shard, std::uint64_t ownership) override;

 private:
  std::shared_ptr<const void> begin_attach_round(cluster::shard_id shard, std::uint64_t ownership);

  node_rooms& rooms_;
  edge_registry& edges_;
  cluster::bus* bus_ = nullptr;
  node_id self_;
};

}  // namespace roost::actors
