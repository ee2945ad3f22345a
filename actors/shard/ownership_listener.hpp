// SPDX-License-Identifier: Apache-2.0
// The interface through which the shards of a node in a cluster report what they own.
#pragma once

#include <cstdint>

#include "cluster/shard.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

/// The cluster, for the shards of one node. Calls of one shard take effect in order.
/// Owns: nothing. Runs on: any thread. Ends: after the actors of the shards.
class ownership_listener {
 public:
  virtual ~ownership_listener() = default;
  /// The shard is served from now on.
  virtual void taken(cluster::shard_id shard, std::uint64_t ownership) = 0;
  /// The shard is not served, or its take-over has failed. `is_own`: the log may still end with
  /// this node's marker, so this node must take it again.
  virtual void dropped(cluster::shard_id shard, bool is_own) = 0;
  /// The log ends with a release of this ownership.
  virtual void released(cluster::shard_id shard, std::uint64_t ownership, node_id to) = 0;
  /// The log shows that this node still owns the shard, as verify_shard has asked.
  virtual void verified(cluster::shard_id shard) = 0;
  /// The node cannot hear itself or its store.
  virtual bool is_cut_off() const = 0;
};

}  // namespace roost::actors
