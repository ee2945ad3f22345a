// SPDX-License-Identifier: Apache-2.0
// The history of a room: its recent events and the epochs that they belong to. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/envelope.hpp"
#include "cluster/log/log_record.hpp"
#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// A log of recent events, bounded by number, bytes and age.
/// Owns: references to the events held. Runs on: the caller's thread (always the same one).
/// Ends: with its room.
///
/// append(), use() and trim() enforce the bounds; the oldest events are evicted first. At most
/// `epochs_max` epochs are known: the current one, and earlier ones while every event after them is
/// held. An ownership of the shard in which the room had no event counts as an empty epoch before
/// the next one.
class history {
 public:
  struct epoch_start {
    epoch number;
    std::string text;
    offset first;
  };
  using ownerships = std::vector<cluster::log_entries::epochs::entry>;
  /// Including the current one.
  static constexpr std::size_t epochs_max = 256;

  explicit history(const room_rule::history_settings& limits) : limits_(limits) {}

  /// Memory of an event in the history, in bytes.
  static std::size_t bytes_of(const cluster::event& event);
  /// Replaces the bounds and enforces them.
  void use(const room_rule::history_settings& limits, time_point now);
  /// Begins an epoch at offset head + 1; the events appended next belong to it.
  void begin_epoch(epoch number, std::string text);
  /// The ownerships of the room's shard, in which a client may hold a position of this room.
  void use_ownerships(std::shared_ptr<const ownerships> of_shard) {
    of_shard_ = std::move(of_shard);
  }
  /// Continues a stored history that holds no event; its events are appended next.
  void restore(std::vector<epoch_start> epochs, offset head);
  /// While true, the bounds do not count, except in shrink().
  void keep_all(bool keeps_all) { keeps_all_ = keeps_all; }
  /// Adds an ordered event of the current epoch with the offset head + 1.
  void append(cluster::event_ptr event, time_point now);
  /// Evicts the oldest events until at most `bytes` are held; does not change the bounds.
  void shrink(std::size_t bytes);
  /// Removes expired events.
  void trim(time_point now);
  /// When the oldest event expires; none: nothing is held.
  std::optional<time_point> next_due() const;

  offset head() const { return head_; }
  const std::vector<epoch_start>& epochs() const { return epochs_; }
  epoch current() const { return epochs_.back().number; }
  const std::string& epoch_text() const { return epochs_.back().text; }
  /// The oldest offset held; head + 1 if nothing is held.
  offset first_held() const { return offset{head_.value + 1 - events_.size()}; }
  /// Null if the event is not held.
  cluster::event_ptr find(offset at) const;
  /// The events after `since`, oldest first: at most `bytes_max` of names and payloads, but at
  /// least one if there is any. Begins with the oldest event held if since + 1 was evicted.
  std::vector<cluster::event_ptr> after(offset since, std::size_t bytes_max) const;

  /// Whether a client that has seen `from` can get every event since then (docs/rooms.md,
  /// "Resume by hand").
  bool recovers(const position& from) const;
  /// The same for the number of an epoch, which an edge knows.
  bool recovers(epoch number, offset at) const;
  /// Whether `at` is the position of an event of a known epoch, held or not (for receipts).
  bool has_happened(const position& at) const;
  /// Memory of the events held, as it counts for bytes_max.
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return events_.size(); }

 private:
  struct held {
    cluster::event_ptr event;
    time_point since;
  };
  /// The offsets of an epoch: empty if the last one is below the first.
  struct range {
    offset first;
    offset last;
  };
  void drop_oldest();
  void keep_bounds(time_point now);
  void evict_epochs();
  milliseconds age_max() const { return milliseconds{limits_.age_ms_max}; }
  /// None if the epoch is not known.
  std::optional<range> find_epoch(const std::string& text) const;

  room_rule::history_settings limits_;
  std::deque<held> events_;
  std::vector<epoch_start> epochs_;  // oldest first; not empty once an epoch has begun
  std::shared_ptr<const ownerships> of_shard_;
  bool keeps_all_ = false;
  offset head_;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
