// SPDX-License-Identifier: Apache-2.0
// Checks that the log and the snapshots of one shard fit together. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/store_identity.hpp"
#include "cluster/transfer/store_finding.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// Takes all snapshots of a shard, then its log, in order. It finds unreadable messages, gaps,
/// epochs that do not rise, snapshots that cover more than the log holds, and rooms whose records
/// do not continue their snapshot. It does not compare a message with a damaged one before it, so
/// that one damaged message is one finding.
/// Owns: a few numbers for each room. Runs on: one thread. Ends: after end().
class shard_check {
 public:
  /// `found` outlives it. `first` and `last`: of the log; first is last + 1 if it holds nothing.
  shard_check(const store_identity& identity, shard_id shard, sequence first, sequence last,
              finding_list& found);

  /// `is_intact`: the store's own checksum is right.
  void take_snapshot(std::string_view key, const slice& message, bool is_intact);
  /// A snapshot in parts that cannot be joined. `text` says why.
  void miss_snapshot(std::string_view key, std::string text);
  /// The parts of all snapshots: those that a room's message names, and all others.
  void count_parts(std::uint64_t named, std::uint64_t orphaned);
  void take_log_message(sequence at, const slice& message, bool is_intact);
  /// After all messages; not if reading failed.
  void end();
  const shard_totals& totals() const { return totals_; }

 private:
  struct room {
    bool has_snapshot = false;
    log_id log;                    // of the snapshot
    sequence covered;              // by the snapshot
    epoch newest;                  // of the snapshot, then of its last record
    offset head;                   // of the same
    std::uint64_t unreadable = 0;  // the value of unreadable_ when `head` was right
  };
  struct place {
    sequence at;
    std::string_view key;
    std::string_view topic;
  };

  void find(const place& where, std::string text);
  void take_barrier(const slice& message);
  std::string problem_of(const room_snapshot& snapshot) const;
  void check_order(sequence at, const log_entry& entry);
  std::string problem_of(sequence at, const log_entry& entry) const;
  void take_record(sequence at, const log_entry& entry, const log_record& record);
  std::string problem_of(const room& known, const log_entry& entry, const log_record& record) const;
  void end_room(const topic& topic, const room& known);

  const store_identity& identity_;
  finding_list& found_;
  shard_totals totals_;
  std::unordered_map<topic, room> rooms_;
  std::optional<log_entry> previous_;  // without its body; unset: not known
  sequence next_;
  std::uint64_t ownership_ = 0;  // of the newest message that was read
  log_id log_;                   // of that message
  std::optional<std::uint64_t> barrier_;
  std::uint64_t unreadable_ = 0;  // rises with each message that could not be read
  bool lacks_snapshot_ = false;
};

}  // namespace roost::cluster
