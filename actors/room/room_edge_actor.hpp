// The actor around a room_edge: commands to the bus, frames to the fan-outs.
#pragma once

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room_edge.hpp"

namespace roost::actors {

/// Owns: one room_edge, and its subscription. Runs on: the topic's home loop. Ends: edge_retired,
/// when no connection of the node has a channel of the topic, or end_now.
class room_edge_actor final : public pinned {
 public:
  room_edge_actor(caf::actor_config& cfg, node_context& node, topic where,
                  std::uint64_t incarnation);
  caf::behavior make_behavior() override;
  const char* name() const override { return "room_edge"; }

 private:
  void carry_out();
  void end();

  node_context& node_;
  room_edge edge_;
  edge_effects out_;
  std::vector<delivery> deliveries_;  // one a loop; empty between messages
};

}  // namespace roost::actors
