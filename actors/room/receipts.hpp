// How far each user of a room has read. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/envelope.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: one place a user. Runs on: whoever calls it (one thread). Ends: with its room.
///
/// Over users_max the user whose mark moved longest ago is forgotten.
class receipts {
 public:
  explicit receipts(const room_rule::receipt_settings& limits) : limits_(limits) {}
  /// Keeps the greater of the two places; offsets compare, as they go on over epochs. True: moved.
  bool mark(std::string_view user, const cluster::place& at);
  /// One `read_receipt` payload for each user that moved since the last call.
  std::vector<cluster::body> take_changes();
  bool has_changes() const { return !changed_.empty(); }
  bool empty() const { return users_.empty(); }
  /// The `read_receipts` payload for one that joins.
  cluster::body all() const;
  std::size_t size() const { return users_.size(); }

 private:
  // (the implementer chooses; users in the order in which they moved last)
  room_rule::receipt_settings limits_;
  std::vector<std::pair<std::string, cluster::place>> users_;
  std::vector<std::string> changed_;
};

}  // namespace roost::actors
