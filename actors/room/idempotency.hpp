// Which pushes have been done already, by the value that their sender gave them. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Owns: what it remembers. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// A value is remembered for at least `window_min`, and while its event is in history; over
/// `bytes_max` the oldest is forgotten, whatever its age. The same value of two users is two.
class idempotency {
 public:
  static constexpr milliseconds window_min{120'000};
  explicit idempotency(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Where the first push with this value stands; null: there was none.
  const cluster::place* find(std::string_view user, std::string_view value) const;
  /// `at` is the newest place of the room.
  void remember(std::string_view user, std::string_view value, cluster::place at, time_point now);
  /// Forgets what is older than the window and no longer held by history.
  void trim(time_point now, offset first_held);
  std::size_t size() const { return order_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct entry {
    cluster::place at;
    time_point since;
  };
  static std::string key_of(std::string_view user, std::string_view value);
  void forget_oldest();

  std::size_t bytes_max_;
  boost::unordered_flat_map<std::string, entry> known_;
  std::deque<std::string> order_;  // keys, oldest first
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
