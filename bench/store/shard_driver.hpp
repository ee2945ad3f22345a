// SPDX-License-Identifier: Apache-2.0
// The log of a shard without its actor: what it asks for goes to the stores.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "actors/shard/shard_stores.hpp"
#include "bench/store/open_stores.hpp"
#include "cluster/log/shard_log.hpp"

namespace roost::bench {

/// Brings the answers of the stores to the thread of the drivers. Owns: those that wait. Runs on:
/// put() on any thread. Ends: after the last answer.
class answer_inbox {
 public:
  struct answer {
    std::size_t driver = 0;
    std::uint64_t request = 0;
    cluster::log_answer body;
  };
  void put(answer got);
  /// All that have come; waits at most so long for the first one.
  std::vector<answer> wait(milliseconds at_most);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<answer> waiting_;
};

/// The owner of a shard, or a node that takes it. Owns: the shard's log. Runs on: one thread. Ends:
/// after the last answer.
class shard_driver {
 public:
  /// `index` is this driver's in the answers of the inbox.
  shard_driver(std::size_t index, cluster::shard_id shard, node_id self, const open_stores& stores,
               const cluster::shard_log_limits& limits, answer_inbox& inbox);
  shard_driver(const shard_driver&) = delete;
  shard_driver& operator=(const shard_driver&) = delete;

  cluster::shard_log& log() { return log_; }
  void take_over();
  void answer(answer_inbox::answer& got);
  /// Sends the requests of the log, and returns all other effects.
  std::vector<cluster::shard_effect> poll();
  /// When the marker was stored, the first message that this driver has appended.
  time_point marker_at() const { return marker_at_; }

 private:
  std::uint64_t marker_request_ = 0;
  time_point marker_at_;
  actors::shard_stores stores_;
  cluster::shard_log log_;
};

}  // namespace roost::bench
