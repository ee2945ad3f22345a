// SPDX-License-Identifier: Apache-2.0
// The bounded queue of messages to one client.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "net/protocol/encoded_message.hpp"
#include "net/transport/key_index.hpp"

namespace roost::net {

/// The input of one gathered send: pieces of frames; small ones are merged into a shared piece.
struct send_batch {
  static constexpr std::size_t pieces_max = 64;
  static constexpr std::size_t bytes_max = 256 * 1024;
  std::array<iovec, pieces_max> pieces;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// How a transport frames messages: writes the header of a message to `to`, which has space for
/// outbox::message_overhead bytes, and returns its size. Pure: it is called again for one message.
using framing = std::size_t (*)(const encoded_ptr& message, char* to);

/// Fault injection: if true, evicted messages stay charged. Tests check that this bug is detected.
inline bool keep_charge_of_evicted = false;

/// A bounded FIFO queue of shared messages. Owns: references to its messages: the first one inline,
/// the others in a block that is freed when it is empty. Runs on: its session's loop. Ends: with
/// its session.
///
/// Overflow: push() first evicts queued ephemeral messages. If that is not enough it refuses the
/// message, and the session closes the client as a slow consumer. An empty outbox accepts one
/// message of any size, because the envelope or base64 that the server adds may make a message
/// longer than the bound. The cost per message is constant, amortized.
class outbox {
 public:
  /// Bytes charged for each message in addition to its payload; they cover the transport's header.
  static constexpr std::size_t message_overhead = 16;
  /// Maximum number of queued pongs; a further pong replaces the newest (RFC 6455 5.5.3).
  static constexpr std::uint8_t pongs_max = 16;

  enum class push_result : std::uint8_t {
    queued,
    conflated,  ///< it replaced an unsent message with the same key
    dropped,    ///< ephemeral, and there was no space
    refused,    ///< it would exceed the bound, and nothing is left to evict
  };
  struct push_report {
    push_result result = push_result::queued;
    std::uint32_t evicted = 0;  ///< ephemeral messages that were dropped to make space
  };

  outbox();
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// An ephemeral message is queued only up to half of `bytes_max`, or if the outbox is empty.
  push_report push(const encoded_ptr& message, std::size_t bytes_max);
  /// Like push(), but applies `pongs_max`. A pong for which there is no space is refused.
  push_report push_pong(const encoded_ptr& message, std::size_t bytes_max);
  /// Queues the close frame. It always fits, because no message follows it.
  void push_last(const encoded_ptr& message);
  /// Drops all messages, except the first one if a part of it was written.
  void drop_unbegun();
  void clear();

  bool empty() const { return !first_; }
  /// Bytes that count against the bound: messages, their conflation keys and `message_overhead`.
  std::size_t charged_bytes() const { return charged_; }

  /// Number of messages scanned by evictions, the only work that is not constant per message.
  std::uint32_t messages_scanned() const { return scanned_; }

  /// Fills `out` with the next bytes to write: each message with its header in front, which is
  /// written into `scratch`, because other loops read the shared payload. Small payloads are copied
  /// there, too.
  void gather(send_batch& out, std::span<char> scratch, framing write_header) const;
  /// Removes `written` bytes of headers and payloads from the front.
  void consume(std::size_t written, framing write_header);

 private:
  struct block {
    std::vector<encoded_ptr> messages;
    std::uint32_t begin = 0;
    std::uint32_t base_sequence =
        0;  ///< sequence number of messages[0]; grows when sent messages are erased
    std::uint32_t keyed = 0;      ///< number of messages here with a conflation key
    std::uint32_t last_pong = 0;  ///< sequence number of the newest pong, if one is queued here
    key_index keys;               ///< finds the messages that have a key
    std::uint32_t first_sequence() const { return base_sequence + begin; }
  };
  static std::size_t charge_of(const encoded_ptr& message) {
    return message->size() + message.conflation_key().size() + message_overhead;
  }
  static bool is_pong(const encoded_ptr& message) { return message.kind() == encoded_kind::pong; }
  push_result push_ephemeral(const encoded_ptr& message, std::size_t bytes_max);
  std::uint32_t evict_ephemeral();
  encoded_ptr* find_same_key(const encoded_ptr& message);
  void append(const encoded_ptr& message);
  void index(const encoded_ptr& message);
  void pop();

  encoded_ptr first_;
  std::unique_ptr<block> rest_;
  std::size_t charged_ = 0;
  std::uint32_t written_ = 0;     ///< bytes of first_ and its header that were sent
  std::uint32_t ephemerals_ = 0;  ///< number of queued ephemeral messages
  std::uint32_t scanned_ = 0;
  std::uint8_t pongs_ = 0;
};

}  // namespace roost::net
