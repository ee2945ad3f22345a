// SPDX-License-Identifier: Apache-2.0
// The objects that the edges of a node share.
#pragma once

#include <caf/actor.hpp>
#include <vector>

#include "actors/edge/attach_pacer.hpp"
#include "actors/rules/room_rules.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "cluster/bus.hpp"
#include "config/base/ids.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"

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
  const caf::actor& api;                    ///< a null handle: no API
  bool has_store = false;                   ///< rooms may be durable, and answers slow
  const fault_injection* faults = nullptr;  ///< tests only
  attach_limits attaching = {};
};

}  // namespace roost::actors
