// Messages of a loop's clients that have not arrived whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>

namespace roost::net {

/// Owns: a line for each session that has such a message, the one that began first in front.
/// Runs on: its loop. Ends: with the loop, after its sessions.
///
/// Each session's message is bounded already (limits.frame_bytes_max); this bounds all together.
/// The oldest gives way, as one that is sent slowly on purpose is older than those of clients that
/// mean it. A message that is alone is never too much.
class partial_messages {
 public:
  /// A session that can be told to end.
  class holder {
   public:
    /// Gives up its unfinished message, and with it the connection; has called `clear()` before it
    /// returns.
    virtual void give_way() = 0;

   protected:
    ~holder() = default;
  };
  struct line {
    holder* who;
    std::size_t bytes;
  };
  using place = std::optional<std::list<line>::iterator>;

  /// The unfinished message at `where` takes so many bytes now; at first `where` is nowhere.
  void set(place& where, holder& who, std::size_t bytes);
  void clear(place& where);
  /// Ends the oldest until no more than so many bytes are held, or one is left.
  void keep(std::uint64_t bytes_max);
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::list<line> lines_;
  std::uint64_t bytes_ = 0;
};

}  // namespace roost::net
