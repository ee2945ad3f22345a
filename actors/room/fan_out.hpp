// The one writer of a loop: every frame of a topic reaches its members through here.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/roster.hpp"

namespace roost::actors {

/// Owns: the rosters of its loop. Runs on: its loop. Ends: end_now, when the node stops.
class fan_out final : public pinned {
 public:
  fan_out(caf::actor_config& cfg, node_context& node) : pinned(cfg), node_(node) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "fan_out"; }

 private:
  void deliver(delivery& what);
  void write(const delivery& what, direct& each);

  node_context& node_;
  boost::unordered_flat_map<std::uint64_t, roster> rosters_;  // by edge
};

}  // namespace roost::actors
