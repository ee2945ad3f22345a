// SPDX-License-Identifier: Apache-2.0
// The rooms of a node that have no members, in the order in which they are evicted.
#pragma once

#include <atomic>
#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

namespace roost::actors {

/// The handle of one room in the list of empty rooms.
/// Owns: nothing. Runs on: any thread, under the lock of the list. Ends: with its room, after
/// take_out().
class empty_room {
 public:
  empty_room() = default;
  empty_room(const empty_room&) = delete;
  empty_room& operator=(const empty_room&) = delete;

 private:
  friend class empty_rooms;
  struct entry {
    caf::actor room;
    std::int64_t bytes = 0;  // memory of the room
    bool is_leaving = false;
  };
  std::optional<std::list<entry>::iterator> at_;
};

/// The eviction list of a node: evicts the rooms that have been empty longest.
/// Owns: the list. Runs on: any thread (it has a lock; each call takes constant time). Ends: after
/// the room registries of all loops.
///
/// A room that was sent actors::evict_if_empty is *leaving* until its registry puts it back or
/// takes it out. Leaving rooms count toward later evictions, so no room is evicted twice.
class empty_rooms {
 public:
  /// Puts a room at the end of the list, even if it is in the list or leaving.
  void put(empty_room& handle, const caf::actor& room, std::int64_t bytes);
  /// Removes a room that has members again or has ended.
  void take_out(empty_room& handle);
  bool is_leaving(const empty_room& handle) const;

  /// Evicts rooms until `count` rooms are leaving. False: fewer are leaving.
  bool evict_rooms(std::int64_t count);
  /// Evicts rooms until the leaving ones free `count` bytes. False: they free less.
  bool evict_bytes(std::int64_t count);

 private:
  using entries = std::list<empty_room::entry>;
  // Rooms evicted in one call, so that an iteration of the loop stays short; the next call goes on.
  static constexpr int evictions_max = 64;
  void evict_oldest();
  void erase(entries::iterator room);
  void update_has_some();

  mutable std::mutex lock_;
  entries waiting_;  // the room that has been empty longest comes first
  entries leaving_;
  std::int64_t leaving_bytes_ = 0;
  std::atomic<bool> has_some_{false};  // either list has a room; read without the lock
};

}  // namespace roost::actors
