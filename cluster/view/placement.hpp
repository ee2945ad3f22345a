// SPDX-License-Identifier: Apache-2.0
// Decides which node should own each shard. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cluster/shard.hpp"
#include "cluster/view/cluster_view.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Rendezvous hashing (Thaler and Ravishankar, 1998): of several nodes, the one with the greatest
/// weight takes the shard. Equal on all nodes and in all versions.
std::uint64_t placement_weight(shard_id shard, std::string_view node_name);

/// The node for each shard. `owners[k]` is the present owner of shard k; it counts only if it is
/// one of `candidates`. Each node gets floor or ceil of shards / nodes. A shard leaves its owner
/// only if the owner has too many, so no shard moves without need; among the nodes that have too
/// few, the weight decides. Without candidates every node is 0.
/// Candidates are ordered by id. Equal arguments give equal results on all nodes.
std::vector<node_id> place_shards(std::span<const node_info> candidates,
                                  std::span<const node_id> owners);

}  // namespace roost::cluster
