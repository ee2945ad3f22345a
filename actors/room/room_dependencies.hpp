// The objects that the rooms of a node share.
#pragma once

#include <functional>

#include "actors/planted_faults.hpp"
#include "actors/room/epoch_birth.hpp"
#include "actors/room/room_kind.hpp"
#include "actors/room/rule_book.hpp"
#include "cluster/bus.hpp"
#include "config/base/ids.hpp"
#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"

namespace roost::actors {

/// The dependencies of a room. Owns: the two functions. Runs on: any loop; it is constant.
/// Ends: after the rooms.
struct room_dependencies {
  const settings_store& config;
  metrics& probe;
  cluster::bus& bus;
  const room_rules& rules;
  node_id self;
  handler_factory handlers;
  std::function<new_epoch(epoch)> epochs = make_epoch;
  const fault_injection* faults = nullptr;  ///< tests only
};

}  // namespace roost::actors
