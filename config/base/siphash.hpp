// SPDX-License-Identifier: Apache-2.0
// SipHash (Aumasson and Bernstein, 2012): a keyed hash for short strings.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace roost {

struct siphash_key {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
  friend bool operator==(const siphash_key&, const siphash_key&) = default;
};

/// SipHash-C-D: C rounds for each word of 8 bytes, D rounds at the end. An attacker who does not
/// know the key cannot construct collisions. Owns: nothing. Pure.
template <int C, int D>
class siphash {
 public:
  explicit constexpr siphash(const siphash_key& key)
      : v0_(key.k0 ^ 0x736f6d6570736575U),
        v1_(key.k1 ^ 0x646f72616e646f6dU),
        v2_(key.k0 ^ 0x6c7967656e657261U),
        v3_(key.k1 ^ 0x7465646279746573U) {}

  static std::uint64_t of(const siphash_key& key, std::string_view text) noexcept {
    siphash state{key};
    const std::size_t whole = text.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8) state.take(word_at(text.data() + at));
    state.take(std::uint64_t{text.size()} << 56 | tail_of(text, text.size() - whole));
    return state.finish();
  }
  /// The hash of the number's 8 bytes, little endian.
  static constexpr std::uint64_t of(const siphash_key& key, std::uint64_t number) noexcept {
    siphash state{key};
    state.take(number);
    state.take(std::uint64_t{8} << 56);
    return state.finish();
  }

 private:
  static std::uint64_t word_at(const char* from) noexcept {
    std::uint64_t out = 0;
    std::memcpy(&out, from, sizeof out);
    if constexpr (std::endian::native == std::endian::big) out = __builtin_bswap64(out);
    return out;
  }
  /// The last `rest` bytes (0..7) as a little-endian number.
  static std::uint64_t tail_of(std::string_view text, std::size_t rest) noexcept {
    if (rest == 0) return 0;
    if (text.size() >= 8) return word_at(text.data() + text.size() - 8) >> (64 - 8 * rest);
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < rest; ++i) {
      out |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return out;
  }
  constexpr void round() noexcept {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32) + v3_;
    v2_ += v1_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }
  constexpr void take(std::uint64_t word) noexcept {
    v3_ ^= word;
    for (int i = 0; i < C; ++i) round();
    v0_ ^= word;
  }
  constexpr std::uint64_t finish() noexcept {
    v2_ ^= 0xff;
    for (int i = 0; i < D; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

  std::uint64_t v0_;
  std::uint64_t v1_;
  std::uint64_t v2_;
  std::uint64_t v3_;
};

}  // namespace roost
