// How far each user of a room has read. Pure.
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
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: one place a user. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// Over users_max the user whose mark moved longest ago is forgotten.
class receipts {
 public:
  explicit receipts(const room_rule::receipt_settings& limits) : limits_(limits) {}
  receipts(receipts&&) = default;
  receipts& operator=(receipts&&) = default;
  /// Other bounds, from now on.
  void use(const room_rule::receipt_settings& limits);
  /// Keeps the greater of the two places; offsets compare, as they go on over epochs. True: moved.
  bool mark(std::string_view user, const cluster::place& at);
  /// One `read_receipt` payload for each user that moved since the last call.
  std::vector<cluster::body> take_changes();
  bool has_changes() const { return untold_ > 0; }
  bool empty() const { return users_.empty(); }
  /// For one member, what comes after `at`, which is moved on: a `read_receipts` payload, which may
  /// be larger where it names one user only. None: nothing is left. Marks that move meanwhile are
  /// told as changes.
  std::optional<cluster::body> page(cluster::side_state_cursor& at, std::size_t bytes_max) const;
  std::size_t size() const { return users_.size(); }
  /// The memory of what is kept.
  std::size_t bytes() const { return bytes_; }
  /// Forgets those that moved longest ago until no more than so many bytes are held.
  void shrink(std::size_t bytes);

 private:
  struct mark_of {
    std::string user;
    cluster::place at;
    bool is_untold = false;
    std::size_t bytes() const;
  };
  using marks = std::map<std::uint64_t, mark_of>;  // by when they moved last, counted
  void move(marks::iterator which, const cluster::place& at);
  void forget_oldest();

  room_rule::receipt_settings limits_;
  marks users_;  // the untold ones are at the end
  std::uint64_t moves_ = 0;
  // Its keys are those in users_.
  boost::unordered_flat_map<std::string_view, marks::iterator, keyed_hash> known_;
  std::size_t untold_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace roost::actors
