// SPDX-License-Identifier: Apache-2.0
// Read receipts: the position up to which each user of a room has read. Pure.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/base/keyed_hash.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The read marks of one room.
/// Owns: one position for each user. Runs on: the caller's thread (always the same one).
/// Ends: with its room.
///
/// Over users_max the mark that moved longest ago is evicted.
class receipts {
 public:
  explicit receipts(const room_rule::receipt_settings& limits) : limits_(limits) {}
  receipts(receipts&&) = default;
  receipts& operator=(receipts&&) = default;
  /// Replaces the bounds and enforces them.
  void use(const room_rule::receipt_settings& limits);
  /// Moves a user's mark forward, never back. Compares offsets only, as they continue over epochs.
  /// True: the mark moved.
  bool mark(std::string_view user, const position& at);
  /// One `read_receipt` payload for each user that moved since the last call.
  std::vector<payload> take_changes();
  /// The moves so far need no announcement: the room was loaded.
  void forget_changes();
  /// Calls visit(user, position) for each mark, the one that moved longest ago first.
  template <class Visitor>
  void each(Visitor visit) const {
    for (const auto& [move, mark] : users_) visit(mark.user, mark.at);
  }
  bool has_changes() const { return unannounced_ > 0; }
  bool empty() const { return users_.empty(); }
  /// The next page for one member from the cursor `at` on (a `read_receipts` payload); advances
  /// `at`. It exceeds `bytes_max` only if it names a single user. None: nothing is left. Marks that
  /// move after the first page are reported by take_changes() instead.
  std::optional<payload> page(cluster::side_state_cursor& at, std::size_t bytes_max) const;
  std::size_t size() const { return users_.size(); }
  /// Memory of the marks, in bytes.
  std::size_t bytes() const { return bytes_; }
  /// Evicts the marks that moved longest ago until at most `bytes` are held.
  void shrink(std::size_t bytes);

 private:
  struct read_mark {
    std::string user;
    position at;
    bool is_unannounced = false;
    std::size_t bytes() const;
  };
  using marks = std::map<std::uint64_t, read_mark>;  // by the number of their last move
  void move(marks::iterator moving, const position& at);
  void evict_oldest();

  room_rule::receipt_settings limits_;
  marks users_;  // marks with unreported moves are at the end
  std::uint64_t moves_ = 0;
  // The keys are views of the names in users_.
  boost::unordered_flat_map<std::string_view, marks::iterator, keyed_hash> known_;
  std::size_t unannounced_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
