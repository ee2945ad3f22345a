// SPDX-License-Identifier: Apache-2.0
// The objects that the shards of a node share.
#pragma once

#include <cstdint>
#include <functional>

#include "actors/shard/ownership_listener.hpp"
#include "actors/shard/shard_listener.hpp"
#include "cluster/log/log_faults.hpp"
#include "cluster/log/log_store.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "cluster/log/snapshot_store.hpp"
#include "config/base/ids.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// The dependencies of a shard's actor. Owns: the function. Runs on: any loop; it is constant.
/// Ends: after the actors of the shards; the stores after their last answer.
struct shard_dependencies {
  cluster::log_store& log;
  cluster::snapshot_store& snapshots;
  shard_listener& rooms;
  metrics& probe;
  node_id self;
  cluster::shard_log_limits limits;
  std::function<std::uint64_t()> random;        ///< 64 bits that nobody can guess; any thread
  std::function<std::int64_t()> wall_clock;     ///< Unix time in milliseconds; any thread
  const cluster::log_faults* faults = nullptr;  ///< tests only
  ownership_listener* cluster = nullptr;        ///< null: this node owns every shard
};

}  // namespace roost::actors
