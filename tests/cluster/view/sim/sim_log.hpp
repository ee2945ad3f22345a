// SPDX-License-Identifier: Apache-2.0
// The logs of the shards, reduced to the last message of each, which decides who may append.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/shard.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster::sim {

/// The log of one shard. All nodes that reach the store see the same one.
struct sim_log {
  node_id author;  ///< of the last message; 0: the log is empty
  std::uint64_t ownership = 0;
  node_id released_to;  ///< the last message is a release to this node; 0: it is none
  std::uint64_t markers = 0;
};

using sim_logs = std::vector<sim_log>;

}  // namespace roost::cluster::sim
