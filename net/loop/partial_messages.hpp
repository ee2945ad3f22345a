// SPDX-License-Identifier: Apache-2.0
// Bounds the total memory of the incomplete messages of one loop's clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>

namespace roost::net {

/// The list of incomplete messages. Owns: one entry for each session that has one, oldest first.
/// Runs on: its loop. Ends: with the loop, after its sessions.
///
/// limits.frame_bytes_max bounds the message of one session; this class bounds their sum. It evicts
/// the oldest first: a message that an attacker sends slowly on purpose is older than those of
/// honest clients. The last remaining message is never evicted.
class partial_messages {
 public:
  /// A session whose incomplete message can be evicted.
  class holder {
   public:
    /// Drops the incomplete message and closes the connection. Must call `clear()` before it
    /// returns.
    virtual void evict_partial() = 0;

   protected:
    ~holder() = default;
  };
  struct entry {
    holder* owner;
    std::size_t bytes = 0;
    std::list<entry>::iterator self = {};
  };
  using entry_handle = entry*;  ///< null: the session has no incomplete message

  /// Sets the size of an incomplete message. `handle` refers to its entry; an entry is created if
  /// it is null.
  void set(entry_handle& handle, holder& owner, std::size_t bytes);
  void clear(entry_handle& handle);
  /// Evicts the oldest messages until at most `bytes_max` bytes are held or one message is left.
  void evict_above(std::uint64_t bytes_max);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::list<entry> entries_;
  std::uint64_t bytes_ = 0;
};

}  // namespace roost::net
