// What a room holds of its past: recent events and the epochs that they belong to. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: references to the events held. Runs on: whoever calls it (one thread). Ends: with its
/// room.
///
/// The three bounds hold after each call: the oldest events go first. At least the current epoch is
/// in the list of epochs; an older one stays while an event of it or of an earlier one is held.
class history {
 public:
  explicit history(const room_rule::history_settings& limits) : limits_(limits) {}

  /// What an event counts: its memory here.
  static std::size_t bytes_of(const cluster::event& event);
  /// Other bounds, from now on.
  void use(const room_rule::history_settings& limits, time_point now);
  /// Events appended from now on belong to this epoch; its first offset is head + 1.
  void begin_epoch(epoch number, std::string text);
  /// `what` is an ordered event with the current epoch and the offset head + 1.
  void append(cluster::event_ptr what, time_point now);
  /// Drops the oldest until no more than so many bytes are held; the bounds stay.
  void shrink(std::size_t bytes);
  /// Drops what has become too old.
  void trim(time_point now);
  /// When trim() will have something to do; none: nothing is held.
  std::optional<time_point> next_due() const;

  offset head() const { return head_; }
  epoch current() const { return epochs_.back().number; }
  const std::string& epoch_text() const { return epochs_.back().text; }
  /// The oldest offset held; head + 1 if nothing is.
  offset first_held() const { return offset{head_.value + 1 - events_.size()}; }
  /// Null where it is not held.
  cluster::event_ptr find(offset at) const;
  /// The events after `since`, oldest first: at most `bytes_max` of names and payloads, but at
  /// least one if there is any. Starts with the oldest that is held if since + 1 is not.
  std::vector<cluster::event_ptr> after(offset since, std::size_t bytes_max) const;

  /// Whether a member that has seen `from` can get everything since, exactly (docs/rooms.md,
  /// "Resume by hand").
  bool recovers(const cluster::place& from) const;
  /// Whether `at` is an event of this epoch that has happened, held or not (for receipts).
  bool has_happened(const cluster::place& at) const;
  /// The memory of what is held, as it counts for bytes_max.
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return events_.size(); }

 private:
  struct held {
    cluster::event_ptr what;
    time_point since;
  };
  struct epoch_start {
    epoch number;
    std::string text;
    offset first;
  };
  void drop_oldest();
  void keep_bounds(time_point now);
  void forget_epochs();
  milliseconds age_max() const { return milliseconds{limits_.age_ms_max}; }
  /// Null where it is not in the list.
  const epoch_start* find_epoch(const std::string& text) const;
  /// The last offset of this epoch; its first - 1 where it has none.
  offset last_of(const epoch_start& which) const;

  room_rule::history_settings limits_;
  std::deque<held> events_;
  std::vector<epoch_start> epochs_;  // oldest first; not empty once an epoch has begun
  offset head_;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
