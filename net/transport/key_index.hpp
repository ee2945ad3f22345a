// SPDX-License-Identifier: Apache-2.0
// A hash index that finds a queued frame by its conflation key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace roost::net {

/// A hash table with open addressing. Owns: for each queued frame with a key, the key's hash and
/// the frame's place (a sequence number). Runs on: its outbox's loop. Ends: with its block.
///
/// Frames get increasing places and leave the queue at the front. So an entry is stale if its place
/// is before that of the first queued frame, and removing a frame costs nothing. Stale slots are
/// reused, or dropped when the table grows. Places wrap around: an entry that is 2^31 frames old
/// looks queued again, so the caller's predicate must check the frame.
class key_index {
 public:
  struct entry {
    std::uint32_t hash = 0;  ///< 0: this slot was never used
    std::uint32_t place = 0;
  };

  /// The entry with this hash and a place >= `first` for which `is_it(place)` is true, or null.
  template <class Predicate>
  const entry* find(std::uint32_t hash, std::uint32_t first, Predicate is_it) const;
  /// Adds an entry; `hash` must not be 0.
  void add(std::uint32_t hash, std::uint32_t place, std::uint32_t first);
  void clear() { *this = {}; }
  /// Number of slots.
  std::size_t capacity() const { return slots_.size(); }

 private:
  static bool is_stale(const entry& each, std::uint32_t first) {
    return static_cast<std::int32_t>(each.place - first) < 0;
  }
  std::size_t mask() const { return slots_.size() - 1; }
  bool put(entry added, std::uint32_t first);
  void rebuild(std::uint32_t first);

  std::vector<entry> slots_;  // the size is a power of two; at most half are used
  std::size_t used_ = 0;      // slots with an entry, stale entries included
};

template <class Predicate>
const key_index::entry* key_index::find(std::uint32_t hash, std::uint32_t first,
                                        Predicate is_it) const {
  if (slots_.empty()) return nullptr;
  for (auto i = hash & mask(); slots_[i].hash != 0; i = (i + 1) & mask()) {
    const auto& here = slots_[i];
    if (here.hash == hash && !is_stale(here, first) && is_it(here.place)) return &here;
  }
  return nullptr;
}

}  // namespace roost::net
