// The objects that the edges of a node share.
#pragma once

#include <caf/actor.hpp>
#include <vector>

#include "actors/planted_faults.hpp"
#include "actors/room/rule_book.hpp"
#include "cluster/bus.hpp"
#include "config/base/ids.hpp"
#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"

namespace roost::actors {

/// The dependencies of an edge. Owns: nothing. Runs on: any loop; it is constant once the loops
/// run. Ends: after the edges.
struct edge_dependencies {
  const settings_store& config;
  metrics& probe;
  cluster::bus& bus;
  const room_rules& rules;
  node_id self;
  const std::vector<caf::actor>& fan_outs;  ///< one for each loop
  const caf::actor& api;                    ///< null: no API
  const fault_injection* faults = nullptr;  ///< tests only
};

}  // namespace roost::actors
