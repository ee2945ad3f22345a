// SPDX-License-Identifier: Apache-2.0
// The part of a node that takes, gives and verifies its shards, as the links ask for it.
#pragma once

#include <cstdint>
#include <span>

#include "cluster/shard.hpp"
#include "cluster/view/shard_plan.hpp"

namespace roost::cluster {

/// Moves the shards of one node. It reports each result to node_links (taken(), dropped(), …), also
/// inside these calls. Runs on: the thread of the node's links; must not block.
class shard_host {
 public:
  virtual ~shard_host() = default;
  /// Look into the logs of these shards before anything of them leaves the node; report each with
  /// node_links::verified() or dropped(). Repeated until then.
  virtual void verify(std::span<const shard_id> shards) = 0;
  /// A greater ownership of a shard that this node serves is known. Look into the log: drop the
  /// shard if another node has taken it, or else take it again above that ownership. May be
  /// repeated.
  virtual void exceed(shard_id shard, std::uint64_t ownership) = 0;
  /// Send the store a request that changes nothing; report node_links::store_answered().
  virtual void ask_store() = 0;
  /// The moves that should be under way now. The plan comes again after each change, and at least
  /// every quarter of view_times::gone: a move that is under way goes on, one that failed may be
  /// tried again, and a hand-over that the plan no longer names ends, unless its release has been
  /// appended.
  virtual void follow(const shard_plan& plan) = 0;
};

}  // namespace roost::cluster
