// SPDX-License-Identifier: Apache-2.0
// Decides when the edges of all nodes have attached to the shards of this node. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cluster/links/attach_notice_codec.hpp"
#include "cluster/shard.hpp"
#include "cluster/view/cluster_view.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Owns: for each shard that this node took lately, the nodes that have finished. Runs on: the
/// thread of the links. Ends: any time.
class attach_tracker {
 public:
  /// A shard waits for `timeouts_max` timeouts at most.
  static constexpr int timeouts_max = 5;

  /// `me`: this node. `timeout`: after it nobody waits for a node that has neither finished nor
  /// sent an attach meanwhile. The attaches of this node itself do not pass the links, so it is
  /// waited for.
  attach_tracker(node_id me, milliseconds timeout) : me_(me), timeout_(timeout) {}

  /// This node owns the shard from now on.
  void begin(shard_id shard, std::uint64_t ownership);
  /// This node does not own the shard any more.
  void end(shard_id shard) { waiting_.erase(shard); }
  /// An attach of this node, for any shard: its edges attach in turn.
  void hear(node_id node, time_point now);
  /// A notice of this node. One for another ownership is ignored.
  void finish(node_id node, const attach_notice& notice);
  /// The shards that edges are attaching to, with their ownerships.
  std::vector<attach_notice> waiting() const;
  /// The shards whose attaching has ended: every node of the view has finished, or its time is
  /// over, which begins with the first call. Each is returned once.
  std::vector<attach_notice> take_finished(const cluster_view& view, time_point now);

 private:
  struct entry {
    std::uint64_t ownership = 0;
    std::optional<time_point> since;  // none: take_finished() has not been called since begin()
    std::set<node_id> finished;       // at most those that were in the view lately
  };
  bool waits_for(node_id node, const entry& of, time_point now) const;

  node_id me_;
  milliseconds timeout_;
  std::map<shard_id, entry> waiting_;
  std::map<node_id, time_point> heard_;  // the last attach, while a shard waits
};

}  // namespace roost::cluster
