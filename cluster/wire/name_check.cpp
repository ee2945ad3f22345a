// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/name_check.hpp"

#include <cstddef>

#include "config/base/ids.hpp"

namespace roost::cluster::wire {

namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// The length of the character of several bytes at the front; 0: it is not well-formed, or a
/// control character (U+0080 to U+009F).
std::size_t character_bytes(std::string_view text) {
  const auto first = byte_at(text, 0);
  const std::size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first > 0xf4 || size == 0 || text.size() < size) return 0;
  const auto second = byte_at(text, 1);
  // No control characters, overlong forms, surrogates, or characters above U+10FFFF.
  if ((first == 0xc2 || first == 0xe0) && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xc0U) != 0x80) return 0;
  }
  return size;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.size() > name_bytes_max) return false;
  while (!text.empty()) {
    const auto first = byte_at(text, 0);
    if (first < 0x20 || first == 0x7f) return false;
    const auto size = first < 0x80 ? 1 : character_bytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace roost::cluster::wire
