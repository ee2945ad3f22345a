// SPDX-License-Identifier: Apache-2.0
// A snapshot of the nodes of the cluster as one node sees them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "cluster/view/heartbeat.hpp"
#include "cluster/view/view_faults.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// The times of the protocol between nodes; the defaults of the settings `cluster.*`.
struct view_times {
  milliseconds heartbeat{250};         ///< between two heartbeats of a node
  milliseconds gone{1'000};            ///< a node that is silent for this long leaves the view
  milliseconds commit_timeout{8'000};  ///< a node that its store does not answer is cut off
};

/// A node in a view. Its state is `cut_off` once it has said so for half of view_times::gone.
struct node_info {
  node_id id;
  std::string name;
  std::string version;
  node_state state = node_state::joining;
  /// Whether placement may give it shards.
  bool is_candidate() const { return state == node_state::up || state == node_state::joining; }
  /// Whether nobody may take its shards.
  bool keeps_shards() const { return state == node_state::up || state == node_state::leaving; }
  friend bool operator==(const node_info&, const node_info&) = default;
};

/// Owns: its nodes, ordered by id, at most nodes_max, with the node whose view it is. The
/// generation grows with each change.
struct cluster_view {
  std::uint64_t generation = 0;
  std::vector<node_info> nodes;

  /// Null: the node is not in the view.
  const node_info* find(node_id id) const {
    const auto at = std::ranges::lower_bound(nodes, id, {}, &node_info::id);
    return at != nodes.end() && at->id == id ? &*at : nullptr;
  }
};

}  // namespace roost::cluster
