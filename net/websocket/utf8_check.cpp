// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/utf8_check.hpp"

#include <algorithm>

#include "net/protocol/json/json_check.hpp"

namespace roost::net::websocket {
namespace {

std::size_t length_by_lead(unsigned char byte) {
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

// Number of bytes at the end that belong to an incomplete code point.
std::size_t unfinished_tail(std::string_view text) {
  const auto reach = std::min<std::size_t>(text.size(), 3);
  for (std::size_t back = 1; back <= reach; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte >= 0xC0) return length_by_lead(byte) > back ? back : 0;
  }
  return 0;
}

}  // namespace

bool utf8_check::feed(std::string_view piece) {
  std::size_t i = 0;
  for (; i < piece.size() && need_ > 0; ++i) {
    if (!step(static_cast<unsigned char>(piece[i]))) return false;
  }
  piece.remove_prefix(i);
  const auto tail = unfinished_tail(piece);
  if (!is_utf8(piece.substr(0, piece.size() - tail))) return false;
  piece.remove_prefix(piece.size() - tail);
  return std::all_of(piece.begin(), piece.end(),
                     [this](char c) { return step(static_cast<unsigned char>(c)); });
}

bool utf8_check::step(unsigned char byte) {
  if (need_ == 0) return begin(byte);
  if (byte < low_ || byte > high_) return false;
  --need_;
  low_ = 0x80;
  high_ = 0xBF;
  return true;
}

// Table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing over U+10FFFF.
bool utf8_check::begin(unsigned char lead) {
  if (lead < 0x80) return true;
  if (lead < 0xC2 || lead > 0xF4) return false;
  need_ = static_cast<std::uint8_t>(length_by_lead(lead) - 1);
  if (lead == 0xE0) low_ = 0xA0;
  if (lead == 0xED) high_ = 0x9F;
  if (lead == 0xF0) low_ = 0x90;
  if (lead == 0xF4) high_ = 0x8F;
  return true;
}

}  // namespace roost::net::websocket
