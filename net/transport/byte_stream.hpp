// SPDX-License-Identifier: Apache-2.0
// The bytes between a session and its client: plain TCP, or a layer above the socket.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "net/transport/descriptor.hpp"
#include "net/transport/outbox.hpp"

namespace roost::net {

/// The event that the next read or write of a stream waits for. A layer such as TLS may have to
/// write before it can read, and the reverse.
enum class io_next : std::uint8_t {
  call_again,         ///< nothing: it may move bytes at once
  would_block_read,   ///< the native handle must become readable
  would_block_write,  ///< the native handle must become writable
  ended,              ///< read: the peer sends no more bytes
  failed,             ///< the connection is lost
};

struct io_result {
  std::size_t bytes = 0;  ///< moved by this call; more than 0 with call_again, 0 at the end
  io_next next = io_next::call_again;
  int reason = 0;  ///< failed: the errno
};

/// A stream above the socket. No call blocks. Owns: the socket. Runs on: its session's loop. Ends:
/// with its byte_stream.
class stream_layer {
 public:
  virtual ~stream_layer() = default;
  virtual io_result read_some(std::span<char> to) = 0;
  /// A layer that must repeat the same bytes after it would block keeps a copy of them, and reports
  /// them as moved: the session may replace bytes that were not moved.
  virtual io_result write_some(const send_batch& batch) = 0;
  /// The peer reads the end of the stream after the bytes that were written.
  virtual void shut_down_sending() = 0;
  /// The socket that epoll watches.
  virtual int native_handle() const = 0;
};

/// A session's stream. Owns: a plain TCP socket, or a layer; either in one word, because each idle
/// connection has a stream. Runs on: its session's loop. Ends: with its session.
class byte_stream {
 public:
  /// Plain TCP. The socket may be blocking: every call passes MSG_DONTWAIT.
  explicit byte_stream(descriptor socket);
  explicit byte_stream(std::unique_ptr<stream_layer> layer);  ///< not null
  byte_stream(byte_stream&& other) noexcept : word_(std::exchange(other.word_, closed)) {}
  byte_stream& operator=(byte_stream&& other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~byte_stream() { close(); }

  /// Reads at most `to.size()` bytes.
  io_result read_some(std::span<char> to);
  /// Writes from the front of `batch`, which is not empty.
  io_result write_some(const send_batch& batch);
  void shut_down_sending();
  int native_handle() const { return layer() ? layer()->native_handle() : socket(); }
  /// close() will send a reset and free the kernel's send buffer at once.
  void reset_on_close();
  void close();

 private:
  static constexpr std::intptr_t closed = -1;

  /// Null: a plain socket.
  stream_layer* layer() const {
    return word_ % 2 != 0 ? nullptr : std::bit_cast<stream_layer*>(word_);
  }
  int socket() const { return static_cast<int>(word_ >> 1U); }

  std::intptr_t word_;  // an even number: the address of a layer; else 2 * socket + 1
};

}  // namespace roost::net
