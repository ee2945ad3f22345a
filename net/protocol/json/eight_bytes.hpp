// SPDX-License-Identifier: Apache-2.0
// Searches a text eight characters at a time (SWAR). Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace roost::net {

/// Eight characters as one number. The functions mark a matching character by its highest bit. Only
/// the first mark in the text is exact; marks after it may be false.
class eight_bytes {
 public:
  static constexpr std::size_t size = sizeof(std::uint64_t);

  /// Reads the eight characters at `at`.
  explicit eight_bytes(const char* at) {
    std::memcpy(&word_, at, size);
    if constexpr (std::endian::native == std::endian::big) word_ = __builtin_bswap64(word_);
  }

  std::uint64_t equal(unsigned char wanted) const {
    const auto rest = word_ ^ (ones * wanted);
    return (rest - ones) & ~rest & tops;
  }
  /// For limits up to 128.
  std::uint64_t below(unsigned char limit) const { return (word_ - ones * limit) & ~word_ & tops; }
  std::uint64_t beyond_ascii() const { return word_ & tops; }

  /// The index of the first marked character; there must be one.
  static std::size_t first(std::uint64_t marks) {
    return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }

 private:
  static constexpr std::uint64_t ones = 0x0101010101010101;
  static constexpr std::uint64_t tops = ones << 7;

  std::uint64_t word_ = 0;
};

}  // namespace roost::net
