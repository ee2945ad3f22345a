// SPDX-License-Identifier: Apache-2.0
// Reads the rooms of a shard when they are first needed, and stores their snapshots. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cluster/log/checkpoint.hpp"
#include "cluster/log/effect_list.hpp"
#include "cluster/log/log_faults.hpp"
#include "cluster/log/log_index.hpp"
#include "cluster/log/log_position.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// The part of a shard_log that knows rooms. A snapshot that was read counts only if the read also
/// shows this ownership's barrier and everything that this node has stored or seen (a replica may
/// answer from an older moment). A snapshot is written with the expected sequence of the one that
/// it replaces; after a conflict the higher covered sequence wins.
///
/// Owns: what it knows of each room in memory. Runs on: the caller's thread. Ends: with its
/// shard_log.
class room_snapshots {
 public:
  room_snapshots(const shard_log_limits& limits, const log_position& position, log_index& index,
                 checkpoint& checkpoint, effect_list& out, shard_log_counters& counters,
                 const log_faults& faults);

  /// Reads the room once work() is called; `loaded` or `load_failed` follows.
  void load(const shared_topic& topic, bool stores_first);
  /// A loaded room's state. `covered` is unset until its last batch is closed: covers().
  void captured(const topic& topic, std::uint64_t ticket, room_snapshot snapshot,
                std::optional<sequence> covered, time_point now);
  /// The batch with this sequence is the last that the waiting capture of the room covers.
  void covers(const topic& topic, sequence at);
  void drop(const topic& topic);
  bool is_loaded(const topic& topic) const;

  /// A snapshot of the shard with this sequence exists: reads must show it.
  void saw(sequence at) { seen_ = std::max(seen_, at); }
  /// Returns false if the request is none of its own.
  bool answer(std::uint64_t request, log_answer& answer, time_point now);
  /// Sends what can be sent. Call it only while the shard is served.
  void work(time_point now);
  /// Requests under way are unknown; what was seen may be lost.
  void forget_requests();
  void clear();
  /// What a read shows to be impossible, for an owner: it is fenced or the store lost data.
  std::optional<std::string> take_suspicion() { return std::exchange(suspicion_, {}); }
  /// An ownership or log id in a read that is greater than this node's.
  std::uint64_t greatest_seen() const { return greatest_seen_; }

 private:
  struct capture {
    std::shared_ptr<const room_snapshot> snapshot;
    std::shared_ptr<room_snapshot> open;  // before `covered` is known
    std::uint64_t ticket = 0;
    time_point captured;
  };
  enum class state : std::uint8_t { waiting, getting, reading, loaded, putting, checking };
  struct room {
    shared_topic topic;
    state now = state::waiting;
    bool stores_first = false;
    std::uint64_t request = 0;
    sequence at;  // of the stored snapshot
    std::optional<room_snapshot> found;
    std::vector<log_index::entry> entries;
    std::size_t entries_read = 0;
    std::optional<capture> put;  // under way
    std::optional<capture> next;
  };

  const shard_log_limits limits_;
  const log_position& position_;
  log_index& index_;
  checkpoint& checkpoint_;
  effect_list& out_;
  shard_log_counters& counters_;
  const log_faults& faults_;
  std::unordered_map<topic, room> rooms_;
  std::unordered_map<std::uint64_t, room*> requests_;
  sequence seen_;
  std::optional<std::string> suspicion_;
  std::uint64_t greatest_seen_ = 0;
};

}  // namespace roost::cluster
