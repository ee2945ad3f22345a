// SPDX-License-Identifier: Apache-2.0
// Knows about how full the logs of this node's shards are.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>

#include "cluster/shard.hpp"

namespace roost::cluster {

/// Between two looks at a log it counts what is appended. A log that is nearly full is watched by
/// its caller, who looks at it again and again. Owns: the numbers. Runs on: any thread. Ends: any
/// time.
class log_fill {
 public:
  /// Above so many percent of a log's bytes pushes are refused, so that a marker always fits: a
  /// shard that cannot be taken over could never be truncated.
  static constexpr std::uint64_t percent_max = 90;

  /// The store said so of a log. `bytes_max`: 0 means no bound.
  void looked(shard_id shard, std::uint64_t bytes, std::uint64_t bytes_max);
  /// True: the log is nearly full and not watched; the caller watches it from now on.
  bool appended(shard_id shard, std::uint64_t bytes);
  /// The log refused a message because it is full. True: as in appended().
  bool refused(shard_id shard);
  /// True: the log is no longer nearly full, and the caller ends its watch.
  bool ends_watch(shard_id shard);
  /// Cheap.
  bool is_any_nearly_full() const { return nearly_full_.load(std::memory_order_relaxed) > 0; }

 private:
  struct log {
    std::uint64_t bytes = 0;
    std::uint64_t bytes_max = 0;
    bool is_nearly_full = false;
    bool is_watched = false;
  };
  void set_nearly_full(log& changed, bool is_now);
  static bool is_above(const log& each);
  static bool begins_watch(log& each);

  std::mutex mutex_;
  std::map<shard_id, log> logs_;
  std::atomic<std::uint32_t> nearly_full_{0};
};

}  // namespace roost::cluster
