// SPDX-License-Identifier: Apache-2.0
// Parses a client's bytes into messages and control frames (RFC 6455 section 5). Pure.
// Compression is not negotiated, so a set reserved bit is an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "config/base/error.hpp"
#include "net/protocol/encoded_message.hpp"

namespace roost::net::websocket {

enum class parsed_kind : std::uint8_t { need_more, text, binary, ping, pong, close, failure };

/// The next message or control frame of the stream.
struct parsed {
  parsed_kind kind = parsed_kind::need_more;
  bytes_ptr data;         ///< unmasked payload; all fragments of a message, joined
  errc why = errc::none;  ///< failure: protocol_error, bad_utf8 or frame_too_big
};

/// An incremental parser. Owns: the received part of an incomplete frame or message; it holds no
/// memory between messages. Runs on: one thread. Ends: with its session; next() must not be called
/// after a failure.
///
/// Memory grows with the bytes received, never with the length that a header announces.
class frame_parser {
 public:
  frame_parser();
  ~frame_parser();
  frame_parser(const frame_parser&) = delete;
  frame_parser& operator=(const frame_parser&) = delete;

  /// Takes one message or control frame from the front of `input`. On need_more, all of `input` was
  /// consumed. A message larger than `message_bytes_max` fails as soon as its header is read.
  parsed next(std::string_view& input, std::size_t message_bytes_max);
  /// True if no frame or message is incomplete; then the parser holds no memory.
  bool is_between_messages() const { return !partial_; }
  /// Memory that the incomplete frame or message takes.
  std::size_t held_bytes() const;
  /// Frees the incomplete frame or message. next() must not be called afterwards.
  void discard();

 private:
  struct partial;
  parsed resume(std::string_view& input, std::size_t message_bytes_max);
  std::unique_ptr<partial> partial_;
};

}  // namespace roost::net::websocket
