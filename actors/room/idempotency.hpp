// Which pushes have been done already, by the value that their sender gave them. Pure.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/base/keyed_hash.hpp"

namespace roost::actors {

/// Owns: what it remembers. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// A value is remembered for at least `window_min`, and while its event is in history; over
/// `bytes_max`, and by shrink(), the oldest is forgotten, whatever its age. The same value of two
/// scopes is two.
class idempotency {
 public:
  static constexpr milliseconds window_min{120'000};

  /// Whose a value is: a user's (empty: all anonymous members'), or the API's, so that no member
  /// can use up a key of the server's owner.
  struct scope {
    std::string_view user;
    bool is_api = false;
  };

  explicit idempotency(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  idempotency(idempotency&&) = default;
  idempotency& operator=(idempotency&&) = default;

  /// Another bound, from now on.
  void use(std::size_t bytes_max);
  /// Where the first push with this value stands; null: there was none.
  const cluster::place* find(const scope& whose, std::string_view value) const;
  /// `at` is the newest place of the room. A value that is known keeps its first place.
  void remember(const scope& whose, std::string_view value, cluster::place at, time_point now);
  /// Forgets what is older than the window and no longer held by history.
  void trim(time_point now, offset first_held);
  /// When trim() will have something to do; none where the oldest is held by history.
  std::optional<time_point> next_due(offset first_held) const;
  /// Forgets the oldest until no more than so many bytes are held.
  void shrink(std::size_t bytes);
  std::size_t size() const { return order_.size(); }
  /// The memory of what is remembered, as it counts for bytes_max.
  std::size_t bytes() const { return bytes_; }

 private:
  struct entry {
    std::string key;
    cluster::place at;
    time_point since;
    std::size_t bytes() const;
  };
  static std::string key_of(const scope& whose, std::string_view value);
  void forget_oldest();

  std::size_t bytes_max_;
  std::deque<entry> order_;  // oldest first; entries do not move while they are in
  // Its keys are those in order_.
  boost::unordered_flat_map<std::string_view, const entry*, keyed_hash> known_;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
