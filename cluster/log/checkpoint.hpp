// SPDX-License-Identifier: Apache-2.0
// Decides which rooms of a shard get a snapshot, and how far its log can be truncated. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// Knows each room's oldest record that no snapshot covers. A snapshot counts only
/// `truncate_delay_ms` after it was stored, because a store may sync it later than it deletes the
/// records; until then its room is not stored again.
/// Owns: an entry for each room with such records. Runs on: the caller's thread. Ends: any time.
class checkpoint {
 public:
  explicit checkpoint(const shard_log_limits& limits) : limits_(limits) {}

  /// A message with records of the room is stored. `since`: when they were made.
  void recorded(const topic& topic, sequence at, time_point since);
  /// A snapshot of the room is stored, which was captured at `captured`.
  void stored(const topic& topic, sequence covered, time_point captured, time_point now);
  /// stored() comes next, of a room that may have no records yet, but can get some: it remembers
  /// the age of the snapshot, too.
  void expect_records(const topic& topic, sequence covered, time_point captured);
  /// A snapshot of the room was read. `is_late`: another owner's, stored during this ownership, so
  /// that it is as young as one that is stored now.
  void found(const topic& topic, sequence covered, bool is_late, time_point now);
  /// The room was not captured or its snapshot not stored: it is due again.
  void failed(const topic& topic);
  /// The room is to be captured as soon as it may be, because nobody uses it.
  void want(const topic& topic);
  /// The same for every room that is_covered() is not true of; they are returned, oldest first.
  std::vector<shared_topic> want_all();
  /// Snapshots that do not count yet may be lost.
  void distrust_young(time_point now);
  /// Snapshots of an earlier owner may be young: a room that is stored now could replace the one
  /// that is synced.
  void hold(time_point now);
  void clear();

  /// The rooms to capture now: with records older than `log_age_ms`, and those with the oldest
  /// records while the uncovered end of the log is too large. At most `captures_max` at a time.
  /// `message_bytes`: mean of the log's messages.
  std::vector<shared_topic> take_due(time_point now, sequence last, std::uint64_t message_bytes);
  /// The first sequence that the log must keep.
  sequence first_kept(sequence last) const;
  /// Sequence of the room's last record; 0: a snapshot that counts covers all of them.
  sequence last_record(const topic& topic) const;
  /// A stored snapshot covers every record of the room.
  bool is_covered(const topic& topic) const;
  /// Number of messages from the oldest record that no stored snapshot covers.
  std::uint64_t uncovered(sequence last) const;

 private:
  struct young_snapshot {
    sequence covered;
    time_point captured;
    time_point counts_at;
  };
  struct uncovered_room {
    shared_topic topic;
    std::uint64_t serial = 0;
    sequence oldest;  // record that no snapshot that counts covers, or a sequence before it
    sequence last;    // record; 0: none, the room is here because of its young snapshot
    time_point since;
    std::optional<young_snapshot> young;
    bool is_capturing = false;
    bool is_wanted = false;
  };
  using order = std::map<std::pair<sequence, std::uint64_t>, uncovered_room*>;
  static std::pair<sequence, std::uint64_t> key_of(const uncovered_room& room) {
    return {room.oldest, room.serial};
  }
  uncovered_room& add(const topic& topic, sequence oldest, time_point since);
  void set_young(uncovered_room& room, const young_snapshot& snapshot);
  void count(uncovered_room& covered, const young_snapshot& snapshot);
  void age(time_point now);
  void make_due(uncovered_room& room);
  void end_capture(uncovered_room& captured);
  template <class Take>
  void take_wanted(const Take& take);

  const shard_log_limits limits_;
  std::unordered_map<topic, uncovered_room> rooms_;
  order by_oldest_;  // all
  order due_;        // those that are neither being captured nor have a young snapshot
  std::deque<std::pair<time_point, topic>> young_;
  std::deque<topic> wanted_;
  time_point held_until_;
  std::uint64_t serials_ = 0;
  std::size_t capturing_ = 0;
};

}  // namespace roost::cluster
