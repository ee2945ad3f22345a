// SPDX-License-Identifier: Apache-2.0
// The objects that the rooms of a node share.
#pragma once

#include <cstdint>
#include <functional>

#include "actors/room/new_epoch.hpp"
#include "actors/room/room_handler.hpp"
#include "actors/rules/room_rules.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "actors/shard/shard_ports.hpp"
#include "cluster/bus.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// The dependencies of a room. Owns: the functions. Runs on: any loop; it is constant.
/// Ends: after the rooms.
struct room_dependencies {
  const settings_store& config;
  metrics& probe;
  cluster::bus& bus;
  const room_rules& rules;
  node_id self;
  handler_factory handlers;
  std::function<new_epoch(epoch)> epochs = make_epoch;
  std::function<std::int64_t()> wall_clock = unix_ms;  ///< Unix time in ms
  const fault_injection* faults = nullptr;             ///< tests only
  shard_ports* shards = nullptr;  ///< null: no store, so every room is in memory
};

}  // namespace roost::actors
