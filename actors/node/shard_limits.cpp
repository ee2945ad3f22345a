// SPDX-License-Identifier: Apache-2.0
#include "actors/node/shard_limits.hpp"

#include <algorithm>
#include <cstddef>

namespace roost::actors {
namespace {

// Of all shards together.
constexpr std::size_t queue_bytes_max = 64U << 20U;
constexpr std::size_t index_bytes_max = 512U << 20U;
constexpr std::size_t queue_bytes_min = 1U << 20U;  // of one shard
constexpr std::size_t index_bytes_min = 4U << 20U;

}  // namespace

cluster::shard_log_limits shard_limits_of(const settings& config, std::uint32_t shards) {
  const auto& cluster = config.cluster;
  cluster::shard_log_limits out;
  out.queue_bytes_max = std::max(queue_bytes_min, queue_bytes_max / shards);
  out.index_bytes_max = std::max(index_bytes_min, index_bytes_max / shards);
  out.log_age_ms = cluster.log_age_ms;
  out.log_bytes_max = cluster.log_bytes_max;
  out.purge_interval_ms = std::min<std::int64_t>(out.purge_interval_ms, cluster.log_age_ms);
  out.retention_ms = static_cast<std::int64_t>(cluster.retention_ms);
  out.truncate_delay_ms = 0;
  return out;
}

}  // namespace roost::actors
