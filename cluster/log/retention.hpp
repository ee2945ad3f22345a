// SPDX-License-Identifier: Apache-2.0
// Finds the stored rooms of a shard that nobody has used for long. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/log/checkpoint.hpp"
#include "cluster/log/effect_list.hpp"
#include "cluster/log/log_position.hpp"
#include "cluster/log/room_snapshots.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// Scans the snapshots of a shard, one page a second. A room that was not touched for
/// `retention_ms` is retired: it keeps its epochs, its head and its numbers. That rest is removed
/// after as long again, once the shard has a newer ownership, so that no client has a position in
/// the epoch in which its offsets begin anew, and once the log holds nothing of the room.
///
/// A removal may arrive late: room_snapshots stores a rest again before it is used, so that one of
/// the two fails its expected sequence.
/// Owns: the place of the scan. Runs on: the caller's thread. Ends: with its shard_log.
class retention {
 public:
  static constexpr std::size_t page_rooms_max = 64;

  /// All references outlive it.
  retention(const shard_log_limits& limits, const log_position& position,
            const checkpoint& checkpoint, const room_snapshots& rooms, shard_log_counters& counters,
            effect_list& out)
      : limits_(limits),
        position_(position),
        checkpoint_(checkpoint),
        rooms_(rooms),
        counters_(counters),
        out_(out) {}

  /// Asks for the next page if it is due. Only while the shard is served.
  void work(time_point now);
  /// `first`: of the log. `wall_ms`: Unix time. Returns false if it did not send the request.
  bool answer(std::uint64_t request, const log_answer& answer, sequence first, std::int64_t wall_ms,
              time_point now);
  /// The request under way has an unknown outcome.
  void forget_requests() { listing_ = 0; }
  /// Begins anew with the next work().
  void clear();

 private:
  void judge(const log_answers::stored_room& room, sequence first, std::int64_t wall_ms);

  const shard_log_limits& limits_;
  const log_position& position_;
  const checkpoint& checkpoint_;
  const room_snapshots& rooms_;
  shard_log_counters& counters_;
  effect_list& out_;
  std::string after_;          // the last key that was listed
  std::uint64_t listing_ = 0;  // the request; 0: none
  time_point next_at_;
};

}  // namespace roost::cluster
