// SPDX-License-Identifier: Apache-2.0
// A hash index that finds a queued message by its conflation key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace roost::net {

/// A hash table with open addressing. Owns: for each queued message with a key, the key's hash and
/// the message's sequence number. Runs on: its outbox's loop. Ends: with the block of the outbox
/// that holds it.
///
/// Messages get increasing sequence numbers and leave the queue at the front. An entry is stale if
/// its number is below that of the first queued message, so removing a message needs no update
/// here. Stale slots are reused, or dropped when the table grows. Numbers wrap around: an entry
/// that is 2^31 messages old seems to be queued again, so the caller's predicate must check the
/// message.
class key_index {
 public:
  struct entry {
    std::uint32_t hash = 0;  ///< 0: this slot was never used
    std::uint32_t sequence = 0;
  };

  /// The entry with this hash and a sequence number >= `first` for which `matches(sequence)` is
  /// true, or null.
  template <class Predicate>
  const entry* find(std::uint32_t hash, std::uint32_t first, Predicate matches) const;
  /// Adds an entry; `hash` must not be 0.
  void add(std::uint32_t hash, std::uint32_t sequence, std::uint32_t first);
  void clear() { *this = {}; }
  /// Number of slots.
  std::size_t capacity() const { return slots_.size(); }

 private:
  static bool is_stale(const entry& each, std::uint32_t first) {
    return static_cast<std::int32_t>(each.sequence - first) < 0;
  }
  std::size_t mask() const { return slots_.size() - 1; }
  bool put(entry added, std::uint32_t first);
  void rebuild(std::uint32_t first);

  std::vector<entry> slots_;  // the size is a power of two; at most half are used
  std::size_t used_ = 0;      // slots with an entry, stale entries included
};

template <class Predicate>
const key_index::entry* key_index::find(std::uint32_t hash, std::uint32_t first,
                                        Predicate matches) const {
  if (slots_.empty()) return nullptr;
  for (auto i = hash & mask(); slots_[i].hash != 0; i = (i + 1) & mask()) {
    const auto& slot = slots_[i];
    if (slot.hash == hash && !is_stale(slot, first) && matches(slot.sequence)) return &slot;
  }
  return nullptr;
}

}  // namespace roost::net
