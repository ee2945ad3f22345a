// The bounded queue of frames to one client.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "net/protocol/frame.hpp"

namespace roost::net {

/// What one gathered send writes: pieces of frames, small ones copied together.
struct send_batch {
  static constexpr std::size_t pieces_max = 32;
  static constexpr std::size_t bytes_max = 256 * 1024;
  std::array<iovec, pieces_max> pieces;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// Owns: references to its frames; one inline, more in a block that goes when it is empty.
/// Runs on: its session's loop. Ends: with its session.
///
/// Overflow: push() refuses, and the session closes its client as a slow consumer.
class outbox {
 public:
  /// Each frame is charged this much on top of its bytes.
  static constexpr std::size_t frame_overhead = 16;
  /// More pongs do not wait: the latest takes the place of the one before (RFC 6455 5.5.3).
  static constexpr std::uint8_t pongs_max = 16;

  outbox();
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// False, and nothing changed, where that would pass `bytes_max`.
  bool push(const frame_ptr& frame, std::size_t bytes_max);
  /// As push(), with the bound on pongs; a pong that finds no room is dropped.
  void push_pong(const frame_ptr& frame, std::size_t bytes_max);
  /// The close frame: always fits, as nothing follows it.
  void push_last(const frame_ptr& frame);
  /// Drops all frames but one of which a part has been written.
  void drop_unbegun();
  void clear();

  bool empty() const { return !first_; }
  /// What counts against the bound.
  std::size_t charged_bytes() const { return charged_; }

  /// Collects what to write next; `scratch` holds the copies until the send.
  void gather(send_batch& out, std::span<char> scratch) const;
  /// Forgets `written` bytes from the front.
  void consume(std::size_t written);

 private:
  struct block {
    std::vector<frame_ptr> frames;
    std::size_t begin = 0;
  };
  static std::size_t charge_of(const frame_ptr& frame) { return frame->size() + frame_overhead; }
  static bool is_pong(const frame_ptr& frame);
  void append(const frame_ptr& frame);
  void pop();

  frame_ptr first_;
  std::unique_ptr<block> rest_;
  std::size_t charged_ = 0;
  std::uint32_t written_ = 0;  ///< of first_
  std::uint8_t pongs_ = 0;
};

}  // namespace roost::net
