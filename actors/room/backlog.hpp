// Frames for a member whose outbox has no room for them yet. Pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "actors/messages.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// What one member of one topic waits for. Owns: references to the frames. Runs on: the member's
/// loop. Ends: with the channel, or when it is empty.
///
/// Frames go over while less than half of the outbox is used, so that a page of missed events,
/// which may be larger than the outbox, never ends a client.
class backlog {
 public:
  backlog(std::uint64_t roster, channel_serial serial) : roster_(roster), serial_(serial) {}

  /// Whether the outbox may take this frame now.
  static bool fits(const net::bytes& frame, const net::session& link) {
    return frame.size() <= link.room() || link.queued_bytes() == 0;
  }
  void add(net::frame_ptr frame);
  /// A live one, which counts against the bound of the outbox.
  void add_late(net::frame_ptr frame);
  /// Moves over what has room. True: nothing is left.
  bool drain_to(net::session& link);
  bool is_empty() const { return begin_ == frames_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t late_bytes() const { return late_bytes_; }
  /// What waited, late or not, when this delivery (they are numbered) first looked.
  std::size_t bytes_before(std::uint64_t delivery);
  std::uint64_t roster() const { return roster_; }
  channel_serial serial() const { return serial_; }
  /// The edge of this topic waits to hear that it is empty.
  void want_word(topic of) { where_ = std::move(of); }
  bool wants_word() const { return !where_.name.empty(); }
  const topic& where() const { return where_; }

 private:
  std::uint64_t roster_;
  channel_serial serial_;
  topic where_;  // empty: nobody waits to hear of it
  struct waiting {
    net::frame_ptr frame;
    bool is_late;
  };
  std::vector<waiting> frames_;  // from begin_ on
  std::size_t begin_ = 0;
  std::size_t bytes_ = 0;
  std::size_t late_bytes_ = 0;
  std::uint64_t delivery_ = 0;
  std::size_t bytes_before_ = 0;
};

}  // namespace roost::actors
