// SPDX-License-Identifier: Apache-2.0
// The rooms of the scenario `kill`: which have one owner, and which were the killed node's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace roost::bench {

/// The number of the room in a reply's topic.
unsigned room_of(std::string_view reply);
/// The epoch in a reply to a push, or an empty text.
std::string_view epoch_of(std::string_view reply);

/// Rooms with the same epoch have the same owner. Owns: the epoch of each room, and when a push
/// into a room of an epoch was answered. Runs on: one thread. Ends: with the scenario.
class room_owners {
 public:
  explicit room_owners(unsigned rooms) : epochs_(rooms, unknown) {}

  /// Ignored after decide(): the rooms of the killed node get new epochs.
  void answered(unsigned room, std::string_view epoch, std::int64_t pushed_at_ns);
  /// Decides which epochs were the killed node's: pushes into their rooms were answered since
  /// `steady_since_ns`, but none that was made after `killed_at_ns`. Empty: it is clear; else why
  /// it is not.
  std::string decide(std::int64_t steady_since_ns, std::int64_t killed_at_ns);
  /// After decide().
  bool is_taken(unsigned room) const { return is_taken_[room]; }
  std::size_t epochs() const { return last_push_ns_.size(); }

 private:
  static constexpr unsigned unknown = ~0U;
  std::map<std::string, unsigned, std::less<>> numbers_;
  std::vector<unsigned> epochs_;            // by room
  std::vector<std::int64_t> last_push_ns_;  // answered, by epoch
  std::vector<bool> is_taken_;              // by room; empty before decide()
};

}  // namespace roost::bench
