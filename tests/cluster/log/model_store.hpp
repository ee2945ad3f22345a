// SPDX-License-Identifier: Apache-2.0
// A log and its snapshots as JetStream keeps them, for the exploration of shard_log.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/log/shard_log_io.hpp"

namespace roost::cluster::model {

/// The stores of one shard. Only snapshots that go in parts are encoded. A power cut takes what was
/// not synced, but not what was deleted. Owns: all messages. Runs on: one thread. Ends: any time.
class store {
 public:
  struct version {
    sequence at;
    std::shared_ptr<const room_snapshot> room;  // null: the barrier
    std::uint64_t ownership = 0;
    bool is_synced = false;
    std::optional<snapshot_parts> parts;  // of the room's snapshot; then `room` is its beginning
    slice part;                           // of a snapshot
  };
  using snapshots = std::map<std::string, std::vector<version>>;  // newest last
  struct moment {
    snapshots held;
    sequence up_to;
  };

  /// `versions_max`: messages that a key of the snapshots keeps.
  explicit store(std::size_t versions_max) : versions_max_(versions_max) {}

  /// The bytes of a message of the snapshots: a larger snapshot goes in parts. 0: no bound.
  void set_snapshot_bytes_max(std::size_t bytes) { snapshot_bytes_max_ = bytes; }
  /// Carries out a request. `lag`: a read of snapshots is answered from so many changes ago.
  log_answer execute(const log_request& request, std::size_t lag);

  void sync_log() { log_synced_ = last_; }
  void sync_snapshots();
  /// Loses what is not synced.
  void cut_power();
  /// The server is killed: a log without messages begins at 0 again (before nats-server 2.14).
  void kill();

  const std::map<std::uint64_t, std::shared_ptr<const log_entry>>& log() const { return log_; }
  /// Null: there is none, or it cannot be read.
  std::shared_ptr<const room_snapshot> newest(const std::string& key) const;
  bool is_unreadable(const std::string& key) const { return held(key) && !newest(key); }
  /// How many parts of all rooms are stored.
  std::size_t parts() const;
  /// How many of them no room's message names.
  std::size_t orphans() const;
  /// An owner serves: no append of an older ownership may succeed from now on.
  void served(std::uint64_t ownership) { served_ = std::max(served_, ownership); }
  bool has_broken_fence() const { return has_broken_fence_; }
  bool has_repeated_epoch() const { return has_repeated_epoch_; }
  bool has_purged_above_end() const { return has_purged_above_end_; }

 private:
  log_answer append(const log_requests::append& request);
  log_answer state() const;
  log_answer read(const log_requests::read& request) const;
  log_answer purge(const log_requests::purge& request);
  log_answer get(const log_requests::get& request, std::size_t lag) const;
  log_answer put(const std::string& key, sequence expected, version stored);
  log_answer put(const log_requests::put_snapshot& request);
  log_answer get_parts(const log_requests::get_parts& request, std::size_t lag) const;
  log_answer remove_parts(const log_requests::remove_parts& request);
  void erase_parts(const std::string& key, sequence first_kept);
  const snapshots& held_at(std::size_t lag) const;
  const version* held(const std::string& key) const;
  log_answer list(const log_requests::list& request) const;
  log_answer list_parts(const log_requests::list_parts& request, std::size_t lag) const;
  log_answer remove(const log_requests::remove& request);
  log_answer remove_part(const log_requests::remove_part& request);
  void remember();

  const std::size_t versions_max_;
  std::size_t snapshot_bytes_max_ = 0;
  std::map<std::uint64_t, std::shared_ptr<const log_entry>> log_;
  std::uint64_t first_ = 1;
  std::uint64_t last_ = 0;
  std::uint64_t log_synced_ = 0;
  snapshots snapshots_;
  sequence snapshots_last_;
  std::deque<moment> past_;  // newest last
  std::uint64_t served_ = 0;
  bool has_broken_fence_ = false;
  bool has_repeated_epoch_ = false;
  bool has_purged_above_end_ = false;
};

}  // namespace roost::cluster::model
