// SPDX-License-Identifier: Apache-2.0
// The bounds and times of a shard_log, and the nodes that it must know of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "config/base/ids.hpp"

namespace roost::cluster {

/// Of the log of one shard.
struct shard_log_limits {
  std::size_t batch_bytes_max = 512 * 1024;        ///< of one append
  std::size_t queue_bytes_max = 8 * 1024 * 1024;   ///< of the records that wait
  std::size_t index_bytes_max = 64 * 1024 * 1024;  ///< of records read by a take-over
  std::size_t page_bytes_max = 1024 * 1024;        ///< of one read of the log
  std::size_t loads_max = 256;                     ///< rooms that are read at the same time
  std::size_t captures_max = 16;              ///< rooms that the checkpoint stores at the same time
  std::int64_t log_age_ms = 3'600'000;        ///< records older than this get into a snapshot
  std::uint64_t log_bytes_max = 256'000'000;  ///< about; of the uncovered end of the log
  std::uint64_t log_messages_max = 100'000;   ///< of the uncovered end of the log
  std::int64_t truncate_delay_ms = 150'000;   ///< a younger snapshot does not count for truncation
  std::int64_t purge_interval_ms = 10'000;    ///< between truncations
  std::int64_t retry_ms = 100;                ///< before a failed request is repeated
  std::int64_t give_ms = 5'000;               ///< for storing rooms before a shard is given away
  std::int64_t retention_ms = 604'800'000;    ///< unused rooms lose their content; 0: never
  std::size_t parts_bytes_max = 64 * 1024 * 1024;  ///< of snapshots in parts in memory; one may go
  std::int64_t sweep_ms = 3'600'000;  ///< between searches for parts that no snapshot names
};

/// The other nodes that this one sees.
struct other_nodes {
  std::vector<node_id> keepers;  ///< nobody takes a shard from these
  std::vector<node_id> heirs;    ///< only they take a shard that was released to them
};

}  // namespace roost::cluster
