// Finds a queued frame by its conflation key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace roost::net {

/// Owns: the hash and the place of each frame that has a key. Runs on: its outbox's loop.
/// Ends: with its outbox's block.
///
/// A table with open addressing. Places only grow, and frames go from the front: entries before the
/// first place are stale, so that going costs nothing; they are reused, or left behind when it
/// grows. Places wrap, so one that is 2^31 frames stale looks queued: the caller's predicate looks.
class key_index {
 public:
  struct entry {
    std::uint32_t hash = 0;  ///< 0: never used
    std::uint32_t place = 0;
  };

  /// The entry with this hash, not before `first`, for which `is_it(place)` holds; else null.
  template <class Predicate>
  const entry* find(std::uint32_t hash, std::uint32_t first, Predicate is_it) const;
  /// A new one; `hash` is not 0.
  void add(std::uint32_t hash, std::uint32_t place, std::uint32_t first);
  void clear() { *this = {}; }
  /// Slots of the table.
  std::size_t capacity() const { return slots_.size(); }

 private:
  static bool is_stale(const entry& each, std::uint32_t first) {
    return static_cast<std::int32_t>(each.place - first) < 0;
  }
  std::size_t mask() const { return slots_.size() - 1; }
  bool put(entry what, std::uint32_t first);
  void rebuild(std::uint32_t first);

  std::vector<entry> slots_;  // a power of two, at most half of them used
  std::size_t used_ = 0;      // stale ones as well
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
