// SPDX-License-Identifier: Apache-2.0
// Keeps which node owns each shard, as the nodes announce it. Pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cluster/shard.hpp"
#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// The newest ownership of a shard that this node has heard of.
struct shard_owner {
  node_id node;                 ///< 0: nobody announces it now
  std::uint64_t ownership = 0;  ///< the greatest heard; 0: none yet
  node_id released_to;  ///< the owner gave the shard to this node, which has not taken it yet
  friend bool operator==(const shard_owner&, const shard_owner&) = default;
};

/// Another node owns the shard now, or the same one by another ownership.
struct owner_change {
  shard_id shard;
  shard_owner now;
};

/// An ownership of a shard greater than the one by which this node serves it. Either another node
/// has taken the shard, or the log has lost its end.
struct greater_ownership {
  shard_id shard;
  std::uint64_t ownership = 0;
  friend bool operator==(const greater_ownership&, const greater_ownership&) = default;
};

/// The announcements of all nodes, also of this one. The greatest ownership counts, and an older
/// one is ignored, also after its successor is gone; its owner is told of the greater one.
/// Owns: one entry for each shard. Runs on: one thread. Ends: any time.
class ownership_table {
 public:
  /// `shards`: at most shards_max.
  ownership_table(node_id me, std::uint32_t shards, const view_faults& faults);

  /// Another node's heartbeat, which membership has accepted.
  void hear(const heartbeat& heard);
  /// The nodes that left the view own nothing.
  void use(const cluster_view& view);

  /// This node has taken the shard: its marker is the last, and it serves. False: a greater
  /// ownership is known, so the log has lost its end; append a marker above that one.
  bool take(shard_id shard, std::uint64_t ownership);
  /// This node no longer serves the shard.
  void drop(shard_id shard);
  /// The log of the shard ends with a release of this ownership to the node `to`.
  void release(shard_id shard, std::uint64_t ownership, node_id to);

  std::uint32_t shards() const { return static_cast<std::uint32_t>(entries_.size()); }
  const shard_owner& of(shard_id shard) const { return entries_[shard.value].is; }
  bool is_mine(shard_id shard) const { return of(shard).node == me_; }
  /// The changes since the last call, in order; a shard may have several.
  std::vector<owner_change> take_changes() { return std::exchange(changes_, {}); }
  /// Ownerships that nobody announces any more, greater than this node's, which stays the owner in
  /// this table; since the last call, and perhaps several times.
  std::vector<greater_ownership> take_greater() { return std::exchange(greater_, {}); }
  /// Adds this node's ownerships, and those that ended, to its heartbeat.
  void announce_in(heartbeat& out) const;
  /// Announcements of shards that do not exist.
  std::uint64_t unknown_shards() const { return unknown_shards_; }

 private:
  struct entry {
    shard_owner is;
    node_id holder;   // of is.ownership, also after it left the view or dropped the shard
    node_id ignored;  // announces a smaller ownership than is.ownership, which nobody announces
  };

  bool is_known(shard_id shard);
  void hear(const heartbeat::released_shard& heard);
  void own(node_id node, shard_id shard, std::uint64_t ownership);
  void set(shard_id shard, const shard_owner& next);

  node_id me_;
  view_faults faults_;
  std::vector<entry> entries_;
  std::vector<owner_change> changes_;
  std::vector<greater_ownership> greater_;
  std::uint64_t unknown_shards_ = 0;
};

}  // namespace roost::cluster
