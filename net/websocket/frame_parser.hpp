// Bytes from a client -> messages and control frames (RFC 6455 section 5). Pure: no socket, no
// clock. Compression is not negotiated, so every reserved bit is an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "config/base/error.hpp"
#include "net/protocol/frame.hpp"

namespace roost::net::websocket {

/// What was found next in the stream.
struct parsed {
  enum class kind : std::uint8_t { need_more, text, binary, ping, pong, close, failure };
  kind what = kind::need_more;
  bytes_ptr data;         ///< unmasked; of a message all its fragments
  errc why = errc::none;  ///< failure: protocol_error, bad_utf8 or frame_too_big
};

/// Owns: what has arrived of an unfinished frame or message, and nothing between messages.
/// Runs on: one thread. Ends: with its session; after a failure nothing more may be fed.
///
/// Memory grows with what arrived, never by what a header announces.
class frame_parser {
 public:
  frame_parser();
  ~frame_parser();
  frame_parser(const frame_parser&) = delete;
  frame_parser& operator=(const frame_parser&) = delete;

  /// Takes one message or control frame from the front of `input`; at need_more all of it has been
  /// taken. A message larger than `message_bytes_max` fails when its header is read.
  parsed next(std::string_view& input, std::size_t message_bytes_max);
  /// Nothing is unfinished, and no memory held.
  bool is_between_messages() const { return !partial_; }
  /// The memory of what is unfinished.
  std::size_t held_bytes() const;
  /// Forgets what is unfinished; nothing may be fed after it.
  void let_go();

 private:
  struct partial;
  parsed resume(std::string_view& input, std::size_t message_bytes_max);
  std::unique_ptr<partial> partial_;
};

}  // namespace roost::net::websocket
