// UTF-8 over pieces: a code point may begin in one frame and end in the next.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net::websocket {

/// Owns: what it knows of a code point that has begun. Runs on: one thread. Ends: as a value.
class utf8_check {
 public:
  /// False as soon as the text cannot become valid UTF-8 any more; of no use after that.
  bool feed(std::string_view piece);
  /// No code point is half read.
  bool is_at_border() const { return need_ == 0; }

 private:
  bool step(unsigned char byte);
  bool begin(unsigned char lead);

  std::uint8_t need_ = 0;    ///< bytes missing in this code point
  std::uint8_t low_ = 0x80;  ///< bounds of the next one
  std::uint8_t high_ = 0xBF;
};

/// The whole text at once.
bool is_utf8(std::string_view text);

}  // namespace roost::net::websocket
