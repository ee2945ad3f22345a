// SPDX-License-Identifier: Apache-2.0
// Maps a topic to its shard. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/base/ids.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster {

/// One shard of a cluster: 0 .. shards-1. A shard has one owner and one log.
using shard_id = strong_id<struct shard_id_tag, std::uint32_t>;

/// The shard of a topic: SipHash-2-4 under the key of the cluster, so that clients cannot choose
/// names that meet in one shard, and every node and every version gets the same answer. `shards`
/// is at least 1 and fixed for the life of the cluster.
inline shard_id shard_of(const siphash_key& key, std::uint32_t shards, std::string_view name) {
  return shard_id{static_cast<std::uint32_t>(siphash<2, 4>::of(key, name) % shards)};
}

}  // namespace roost::cluster
