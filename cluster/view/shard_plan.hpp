// SPDX-License-Identifier: Apache-2.0
// Decides which shards a node should take or give away now. Pure functions.
#pragma once

#include <span>
#include <vector>

#include "cluster/shard.hpp"
#include "cluster/view/cluster_view.hpp"
#include "cluster/view/ownership_table.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

struct hand_over {
  shard_id shard;
  node_id to;
  friend bool operator==(const hand_over&, const hand_over&) = default;
};

/// The moves of shards that this node should be making now.
struct shard_plan {
  /// Nobody owns these. The log may still refuse: its last message decides (cluster/log).
  std::vector<shard_id> take;
  std::vector<hand_over> give;
  /// This node leaves and has nothing more to give.
  bool may_end = false;
};

struct plan_input {
  node_id me;
  const cluster_view* view = nullptr;
  const ownership_table* owners = nullptr;
  bool is_hearing = false;  ///< the view is not frozen: otherwise nothing moves
  bool may_take = false;
  /// Shards that this node dropped while its own marker was the last message of the log. Nobody
  /// else may take them.
  std::span<const shard_id> dropped;
  view_faults faults;
};

/// Every node computes all moves from the same announcements. Of the moves to one node only the
/// first may begin, those of leaving nodes before the others, until that node has announced the
/// shard. Nobody takes a shard from a node that is up or leaving: its owner gives it.
shard_plan plan_shards(const plan_input& input);

/// Whether a node with this view may append its marker behind the last message of a log.
/// `author`: the node of that message; 0: the log is empty. `released_to`: 0 if it is no release.
bool may_take_behind(const cluster_view& view, node_id me, node_id author, node_id released_to);

}  // namespace roost::cluster
