// SPDX-License-Identifier: Apache-2.0
// The counts of a shard_log.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roost::cluster {

/// Totals since the start, and present sizes, for the metrics.
struct shard_log_counters {
  std::uint64_t appends = 0;         ///< stored
  std::uint64_t records = 0;         ///< stored
  std::uint64_t appended_bytes = 0;  ///< stored, about
  std::uint64_t settled = 0;         ///< appends whose outcome was read from the log
  std::uint64_t take_overs = 0;      ///< that were served
  std::uint64_t fenced = 0;
  std::uint64_t losses = 0;  ///< acknowledged data that the store lost was noticed
  std::uint64_t snapshots = 0;
  std::uint64_t snapshot_conflicts = 0;
  std::uint64_t purges = 0;
  std::uint64_t retired = 0;
  std::uint64_t removed = 0;
  std::uint64_t parts_removed = 0;       ///< that no snapshot named
  std::size_t queued_bytes = 0;          ///< now
  std::uint64_t uncovered_messages = 0;  ///< now
  std::uint64_t log_bytes = 0;           ///< now, about
  std::uint64_t log_bytes_max = 0;
};

}  // namespace roost::cluster
