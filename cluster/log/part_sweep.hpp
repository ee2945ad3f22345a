// SPDX-License-Identifier: Apache-2.0
// Finds the stored parts of snapshots that no room's message names. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "cluster/log/effect_list.hpp"
#include "cluster/log/room_snapshots.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// Parts are left behind by an owner that ended before its commit, and by writes and removals that
/// were late or lost. Every `sweep_ms` it lists the parts of the shard, and removes those that the
/// message of their room does not name, one by one. Only what was already stored when the sweep
/// before began is judged, part and message: no request under way lasts so long, and no power cut
/// takes a message so old. The parts of a room in memory are left to its next snapshot.
/// Owns: the parts of one page. Runs on: the caller's thread. Ends: with its shard_log.
class part_sweep {
 public:
  static constexpr std::size_t page_parts_max = 256;

  /// All references outlive it.
  part_sweep(const shard_log_limits& limits, room_snapshots& rooms, shard_log_counters& counters,
             effect_list& out)
      : limits_(limits), rooms_(rooms), counters_(counters), out_(out) {}

  /// Asks for the next page or room if it is due. Only while the shard is served.
  void work(time_point now);
  /// Returns false if it did not send the request.
  bool answer(std::uint64_t request, const log_answer& answer, time_point now);
  /// The request under way has an unknown outcome, and a power cut may have taken what is stored.
  void forget_requests();
  /// Begins anew with the next work().
  void clear();

 private:
  void take(const log_answers::part_listing& page, time_point now);
  void judge(const log_answers::snapshots& found);
  void drop_room();
  milliseconds between_sweeps() const;

  const shard_log_limits& limits_;
  room_snapshots& rooms_;
  shard_log_counters& counters_;
  effect_list& out_;
  std::deque<log_answers::part_listing::part> found_;  // of the page, not judged yet
  std::string after_;                                  // the last key that was listed
  std::uint64_t request_ = 0;                          // 0: none
  time_point next_at_;                                 // of a page
  time_point retry_at_;                                // of a read that failed
  sequence seen_;                                      // all that was stored when this sweep began
  sequence settled_;  // the same of the sweep before; 0: there was none
};

}  // namespace roost::cluster
