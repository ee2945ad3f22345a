// SPDX-License-Identifier: Apache-2.0
// Deduplicates pushes by the idempotency key that their sender gave. Pure.
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

/// Remembers the idempotency keys of a room and the positions of their events.
/// Owns: the keys. Runs on: the caller's thread (always the same one). Ends: with its room.
///
/// A key is kept for at least `window_min`, and for as long as its event is in the history. Over
/// `bytes_max`, and in shrink(), the oldest keys are evicted at any age. Equal keys of
/// different scopes are different keys.
class idempotency {
 public:
  static constexpr milliseconds window_min{120'000};

  /// The scope of a key: one user (empty: all anonymous members), or the API, so that no member can
  /// use up a key of the API.
  struct scope {
    std::string_view user;
    bool is_api = false;
  };

  explicit idempotency(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  idempotency(idempotency&&) = default;
  idempotency& operator=(idempotency&&) = default;

  /// Replaces the bound and enforces it.
  void use(std::size_t bytes_max);
  /// The position of the first push with this key; null: there was none.
  const position* find(const scope& in, std::string_view key) const;
  /// Remembers a key; `at` is the room's newest position. A known key keeps its first position.
  void remember(const scope& in, std::string_view key, position at, time_point now);
  /// Remembers a key that each() gave, after all others.
  void restore(std::string scoped_key, position at, time_point now);
  /// Calls visit(scoped key, position) for each key, oldest first.
  template <class Visitor>
  void each(Visitor visit) const {
    for (const auto& held : order_) visit(held.key, held.at);
  }
  /// Removes keys that are older than the window and whose events have left the history.
  void trim(time_point now, offset first_held);
  /// When the oldest key expires; none while its event is in the history.
  std::optional<time_point> next_due(offset first_held) const;
  /// Evicts the oldest keys until at most `bytes` are held.
  void shrink(std::size_t bytes);
  std::size_t size() const { return order_.size(); }
  /// Memory of the keys, as it counts for bytes_max.
  std::size_t bytes() const { return bytes_; }

 private:
  struct entry {
    std::string key;  // with its scope
    position at;
    time_point since;
    std::size_t bytes() const;
  };
  static std::string scoped(const scope& in, std::string_view key);
  void evict_oldest();

  std::size_t bytes_max_;
  std::deque<entry> order_;  // oldest first; a deque keeps pointers to its entries valid
  // The keys are views of the strings in order_.
  boost::unordered_flat_map<std::string_view, const entry*, keyed_hash> known_;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
