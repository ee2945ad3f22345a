// SPDX-License-Identifier: Apache-2.0
// A growing buffer for encoders. Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost::cluster::wire {

/// Collects bytes; numbers are little endian.
/// Owns: its buffer. Runs on: the caller's thread. Ends: with its encoder or frame.
class byte_writer {
 public:
  std::size_t size() const { return size_; }
  std::string_view view() const { return {buffer_ ? buffer_->data() : nullptr, size_}; }

  void byte(std::uint8_t value) { *grow(1) = static_cast<char>(value); }
  void raw(std::string_view data) {
    if (!data.empty()) std::memcpy(grow(data.size()), data.data(), data.size());
  }
  void fixed(std::uint32_t value) { put(grow(sizeof value), value); }
  void fixed(std::uint64_t value) { put(grow(sizeof value), value); }
  /// LEB128: 7 bits a byte, the low ones first.
  void varint(std::uint64_t value) {
    char* to = grow(varint_bytes(value));
    for (; value >= 0x80; value >>= 7U) *to++ = static_cast<char>(value | 0x80U);
    *to = static_cast<char>(value);
  }
  /// Overwrites four bytes that were written before.
  void overwrite(std::size_t at, std::uint32_t value) { put(buffer_->data() + at, value); }
  /// Keeps only the first `size` bytes.
  void cut(std::size_t size) { size_ = size; }
  /// The bytes written; the writer is empty then.
  slice take();

 private:
  static std::size_t varint_bytes(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value | 1U)) + 6) / 7;
  }
  template <class Number>
  static void put(char* to, Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
      to[i] = static_cast<char>(value >> (8 * i));
    }
  }
  char* grow(std::size_t by) {
    if (!buffer_ || buffer_->size() - size_ < by) enlarge(by);
    size_ += by;
    return buffer_->data() + size_ - by;
  }
  void enlarge(std::size_t by);

  bytes_ptr buffer_;  // its size is the capacity
  std::size_t size_ = 0;
};

}  // namespace roost::cluster::wire
