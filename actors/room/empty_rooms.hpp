// The rooms of a node without members, those that are so longest first.
#pragma once

#include <atomic>
#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

namespace roost::actors {

/// A room in that list. Owns: nothing. Runs on: any thread, under the lock of the list. Ends: as
/// its room does, out of the list.
class empty_room {
 public:
  empty_room() = default;
  empty_room(const empty_room&) = delete;
  empty_room& operator=(const empty_room&) = delete;

 private:
  friend class empty_rooms;
  struct entry {
    caf::actor room;
    std::int64_t bytes = 0;  // that it holds
    bool is_leaving = false;
  };
  std::optional<std::list<entry>::iterator> at_;
};

/// Owns: the list. Runs on: any thread (it has a lock; each call is constant work). Ends: after the
/// tables of all loops.
///
/// A room that is asked to make way (actors::make_way) is *leaving* until its table puts it back or
/// takes it out: what leaves already is not asked for twice.
class empty_rooms {
 public:
  /// At the end of the list, also where it was in it or was leaving.
  void put(empty_room& which, const caf::actor& room, std::int64_t bytes);
  /// It has members, or has ended.
  void take_out(empty_room& which);
  bool is_leaving(const empty_room& which) const;

  /// Asks rooms to end until so many are leaving. False: there are not enough.
  bool evict_rooms(std::int64_t count);
  /// The same until so many bytes are leaving.
  bool evict_bytes(std::int64_t count);

 private:
  using entries = std::list<empty_room::entry>;
  // A step of a loop is short: more are asked at the next call.
  static constexpr int asked_max = 64;
  void evict_oldest();
  void erase(entries::iterator which);
  void note_some();

  mutable std::mutex lock_;
  entries waiting_;  // longest first
  entries leaving_;
  std::int64_t leaving_bytes_ = 0;
  std::atomic<bool> has_some_{false};  // of either list, so that a full node needs no lock
};

}  // namespace roost::actors
