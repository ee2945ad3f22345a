// SPDX-License-Identifier: Apache-2.0
// Reads the rooms of a shard when they are first needed, and stores their snapshots. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cluster/log/checkpoint.hpp"
#include "cluster/log/effect_list.hpp"
#include "cluster/log/log_faults.hpp"
#include "cluster/log/log_index.hpp"
#include "cluster/log/log_position.hpp"
#include "cluster/log/parts_budget.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// The part of a shard_log that knows its rooms. A read of snapshots counts only if it also shows
/// the barrier of this ownership and all snapshots that this node has stored or seen: a replica
/// may answer from an older moment. A snapshot is written with the expected sequence of the one
/// that it replaces; after a conflict the higher covered sequence wins. A snapshot that may be
/// younger than `truncate_delay_ms` is not replaced: the store keeps only one before it.
///
/// A snapshot that is larger than a message of the store goes in parts: first the parts, then the
/// room's message, which names them and is the commit, then the older parts are removed. The parts
/// are always written after the sequence that the commit expects was learned: so no other owner's
/// removal reaches parts that a message names.
///
/// Owns: an entry for each room in memory. Runs on: the caller's thread. Ends: with its shard_log.
class room_snapshots {
 public:
  /// All references outlive it.
  room_snapshots(const shard_log_limits& limits, const log_faults& faults,
                 const log_position& position, log_index& index, checkpoint& checkpoint,
                 shard_log_counters& counters, effect_list& out);

  /// Reads the room once work() is called; `loaded` or `load_failed` follows.
  void load(const shared_topic& topic, bool stores_first);
  /// A loaded room's state. `covered` is unset if covers() will follow.
  void captured(const topic& topic, std::uint64_t ticket, room_snapshot snapshot,
                std::optional<sequence> covered, time_point now);
  /// The message with this sequence is the last one that the room's capture covers.
  void covers(const topic& topic, sequence at);
  void drop(const topic& topic);
  bool is_loaded(const topic& topic) const;
  bool is_known(const topic& topic) const { return rooms_.contains(topic); }
  /// The store has parts that a known room may not know of: its next snapshot removes them. False:
  /// the room is not known.
  bool expect_parts(const topic& topic);
  /// Whether a read shows everything that this owner must know of.
  bool is_valid(const log_answers::snapshots& found);
  /// A capture of the loaded room is stored even if every record is covered.
  bool must_store(const topic& topic) const;

  /// A snapshot of the shard with this sequence exists: reads must show it.
  void saw(sequence at) { seen_ = std::max(seen_, at); }
  /// Returns false if it did not send the request.
  bool answer(std::uint64_t request, log_answer& answer, time_point now);
  /// Sends what can be sent. Only while the shard is served.
  void work(time_point now);
  /// Requests under way have an unknown outcome, and snapshots that were seen may be lost.
  void forget_requests();
  void clear();
  /// Something that an owner cannot read: it is fenced, or the store lost data.
  std::optional<std::string> take_suspicion() { return std::exchange(suspicion_, std::nullopt); }
  /// The greatest ownership or log id that was read.
  std::uint64_t greatest_seen() const { return greatest_seen_; }

 private:
  struct capture {
    std::shared_ptr<room_snapshot> snapshot;
    std::uint64_t ticket = 0;
    time_point at;
    bool is_open = false;  // the covered sequence is not known yet
  };
  /// A snapshot that is being stored in parts.
  struct parted {
    slice whole;
    snapshot_parts parts;
    std::size_t stored = 0;  // of the parts
    bool is_complete() const { return stored == parts.sizes.size(); }
  };
  enum class state : std::uint8_t {
    queued,
    getting,
    waiting_to_join,  // for the memory
    joining,
    reading,
    loaded,
    putting,
    too_large,       // waits longer than after other failures
    waiting_to_put,  // for the memory
    putting_part,
    checking,
  };
  struct known_room {
    shared_topic topic;
    state now = state::queued;
    bool has_records = true;  // else its snapshots are all that is stored of it
    bool stores_first = false;
    std::uint64_t request = 0;
    sequence at;                  // of the stored snapshot
    sequence parts_first;         // of the stored snapshot; 0: it is one message
    bool may_have_parts = false;  // in the store, of any snapshot
    unsigned joins = 0;           // of the stored snapshot, in which a part was missing
    sequence gone;                // the stored snapshot when a record was gone from the log
    time_point replace_at;        // the stored snapshot is young until then
    bool found_late = false;
    std::optional<room_snapshot> found;
    std::vector<log_index::entry> entries;
    bool has_entries = false;
    std::size_t entries_read = 0;
    std::optional<capture> put;                   // being stored
    std::optional<parted> parted_put;             // of `put`, if it goes in parts
    std::optional<capture> next;                  // to be stored
    std::optional<log_answers::snapshots> early;  // only with the fault snapshot_before_log
  };

  bool is_possible(const room_snapshot& found);
  bool is_late(const log_answers::snapshots& found) const;
  void suspect(std::string why);
  template <class Body>
  void send(known_room& room, state now, Body body);
  void retry(known_room& room, time_point now);
  void step(known_room& room, time_point now);

  // reading (room_snapshots_load.cpp)
  void take_found(known_room& room, log_answers::snapshots found, time_point now);
  void set_stored(known_room& room, const log_answers::snapshots& found);
  void read_next(known_room& room, time_point now);
  void take_page(known_room& room, log_answers::page& page, time_point now);
  static bool applies(const known_room& room, const log_index::entry& entry);
  void finish_load(known_room& room, time_point now);

  // storing (room_snapshots.cpp)
  void put(known_room& room);
  void put_next(known_room& room, time_point now);
  void spare(known_room& room, time_point now);
  void written(known_room& room, const write_result& result, time_point now);
  void check(known_room& room, log_answers::snapshots& found, time_point now);
  void stored(known_room& room, time_point now);

  // snapshots in parts (room_snapshots_parts.cpp)
  void put_parts(known_room& room, log_answers::too_large& whole, time_point now);
  void put_smaller(known_room& room, time_point now);
  void put_part(known_room& room);
  void part_written(known_room& room, const write_result& result, time_point now);
  void put_parted(known_room& room);
  void remove_parts(known_room& room, sequence at);
  void take_joined(known_room& room, log_answers::joined& joined, time_point now);
  void fail_load(known_room& room, const char* why);
  void work_on_parts(time_point now);

  const shard_log_limits& limits_;
  const log_faults& faults_;
  const log_position& position_;
  log_index& index_;
  checkpoint& checkpoint_;
  shard_log_counters& counters_;
  effect_list& out_;

  std::unordered_map<topic, known_room> rooms_;
  std::unordered_map<std::uint64_t, known_room*> requests_;
  std::deque<topic> loads_;     // queued
  std::deque<topic> captures_;  // rooms with a next capture
  std::deque<topic> retries_;
  std::deque<std::pair<time_point, topic>> too_large_;  // and when they are tried again
  parts_budget budget_;
  time_point retry_at_;
  std::size_t loading_ = 0;
  sequence seen_;
  std::optional<std::string> suspicion_;
  std::uint64_t greatest_seen_ = 0;
  std::uint64_t parted_puts_ = 0;  // numbers them
};

}  // namespace roost::cluster
