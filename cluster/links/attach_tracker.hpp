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
  /// `timeout`: after it nobody waits for a node that has not finished.
  explicit attach_tracker(milliseconds timeout) : timeout_(timeout) {}

  /// This node owns the shard from now on.
  void begin(shard_id shard, std::uint64_t ownership);
  /// This node does not own the shard any more.
  void end(shard_id shard) { waiting_.erase(shard); }
  /// A notice of this node. One for another ownership is ignored.
  void finish(node_id node, const attach_notice& notice);
  /// The shards whose attaching has ended: every node of the view has finished, or the time since
  /// the first call is over. Each is returned once.
  std::vector<attach_notice> take_finished(const cluster_view& view, time_point now);

 private:
  struct entry {
    std::uint64_t ownership = 0;
    std::optional<time_point> until;  // none: take_finished() has not been called since begin()
    std::set<node_id> finished;       // at most those that were in the view lately
  };

  milliseconds timeout_;
  std::map<shard_id, entry> waiting_;
};

}  // namespace roost::cluster
