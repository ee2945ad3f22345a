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
#include "net/transport/key_index.hpp"

namespace roost::net {

/// What one gathered send writes: pieces of frames, small ones copied together.
struct send_batch {
  static constexpr std::size_t pieces_max = 32;
  static constexpr std::size_t bytes_max = 256 * 1024;
  std::array<iovec, pieces_max> pieces;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// A mistake that tests plant, to see that it is found: frames that made room stay charged.
inline bool keep_charge_of_evicted = false;

/// Owns: references to its frames; one inline, more in a block that goes when it is empty.
/// Runs on: its session's loop. Ends: with its session.
///
/// Overflow: ephemeral frames give way first. Then push() refuses, and the session closes its
/// client as a slow consumer. An empty outbox takes any one frame, as what the server itself builds
/// (an envelope, base64) may be longer than the bound. A frame costs constant work, amortized.
class outbox {
 public:
  /// Each frame is charged this much on top of its bytes.
  static constexpr std::size_t frame_overhead = 16;
  /// More pongs do not wait: the latest takes the place of the one before (RFC 6455 5.5.3).
  static constexpr std::uint8_t pongs_max = 16;

  enum class fate : std::uint8_t {
    queued,
    conflated,  ///< it took the place of an unsent one with its key
    dropped,    ///< ephemeral, and there was no room
    refused,    ///< it would pass the bound; nothing is left to make room
  };
  struct pushed {
    fate what = fate::queued;
    std::uint32_t evicted = 0;  ///< ephemeral frames that made room for it
  };

  outbox();
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// Ephemeral frames fill half of `bytes_max`, or more as long as nothing else is queued.
  pushed push(const frame_ptr& frame, std::size_t bytes_max);
  /// As push(), with the bound on pongs; a pong that finds no room is refused.
  pushed push_pong(const frame_ptr& frame, std::size_t bytes_max);
  /// The close frame: always fits, as nothing follows it.
  void push_last(const frame_ptr& frame);
  /// Drops all frames but one of which a part has been written.
  void drop_unbegun();
  void clear();

  bool empty() const { return !first_; }
  /// What counts against the bound.
  std::size_t charged_bytes() const { return charged_; }

  /// Frames that were looked at to find one among them: work that is not constant.
  std::uint32_t frames_looked_at() const { return looked_at_; }

  /// Collects what to write next; `scratch` holds the copies until the send.
  void gather(send_batch& out, std::span<char> scratch) const;
  /// Forgets `written` bytes from the front.
  void consume(std::size_t written);

 private:
  struct block {
    std::vector<frame_ptr> frames;
    std::uint32_t begin = 0;
    std::uint32_t moved = 0;      ///< place of frames[0]; grows as frames go
    std::uint32_t keyed = 0;      ///< queued here with a conflation key
    std::uint32_t last_pong = 0;  ///< place of the newest pong, where one is queued here
    key_index keys;               ///< of those with a key
    std::uint32_t first_place() const { return moved + begin; }
  };
  static std::size_t charge_of(const frame_ptr& frame) {
    return frame->size() + conflation_key_of(frame).size() + frame_overhead;
  }
  static bool is_pong(const frame_ptr& frame);
  fate push_ephemeral(const frame_ptr& frame, std::size_t bytes_max);
  std::uint32_t evict_ephemeral();
  frame_ptr* find_same_key(const frame_ptr& frame);
  void append(const frame_ptr& frame);
  void index(const frame_ptr& frame);
  void pop();

  frame_ptr first_;
  std::unique_ptr<block> rest_;
  std::size_t charged_ = 0;
  std::uint32_t written_ = 0;     ///< of first_
  std::uint32_t ephemerals_ = 0;  ///< frames that could give way
  std::uint32_t looked_at_ = 0;
  std::uint8_t pongs_ = 0;
};

}  // namespace roost::net
