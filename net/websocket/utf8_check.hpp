// SPDX-License-Identifier: Apache-2.0
// Validates UTF-8 in pieces: a code point may begin in one frame and end in the next. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net::websocket {

/// An incremental UTF-8 validator. Owns: the state of an incomplete code point. Runs on: one
/// thread. Ends: as a value.
class utf8_check {
 public:
  /// Returns false as soon as the text cannot be valid UTF-8. Do not call it again after that.
  bool feed(std::string_view piece);
  /// True if no code point is incomplete.
  bool is_at_border() const { return need_ == 0; }

 private:
  bool step(unsigned char byte);
  bool begin(unsigned char lead);

  std::uint8_t need_ = 0;    ///< bytes missing in this code point
  std::uint8_t low_ = 0x80;  ///< bounds of the next byte
  std::uint8_t high_ = 0xBF;
};

}  // namespace roost::net::websocket
