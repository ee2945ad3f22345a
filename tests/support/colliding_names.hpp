// Names that an attacker computes offline: all have one std::hash under libstdc++.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace roost::tests {

/// libstdc++ hashes a text with MurmurHash64A and a seed that everybody knows: each word of eight
/// bytes is mixed by a bijection, added by exclusive or, and the sum multiplied. So two different
/// words lead to two known states, and to any word there is one that leads both into the same
/// state. Each such block of 16 bytes doubles the number of names that collide.
class colliding_names {
 public:
  /// 2^blocks names of 8 + 16 * blocks printable characters.
  static std::vector<std::string> make(std::size_t blocks) {
    colliding_names attack{8 + 16 * blocks};
    const auto prefix = attack.random_word();
    attack.state_ = attack.after(attack.state_, prefix);
    std::vector<std::string> out{prefix};
    for (std::size_t i = 0; i < blocks; ++i) {
      const auto [one, other] = attack.block();
      const auto names = out.size();
      for (std::size_t k = 0; k < names; ++k) out.push_back(out[k] + other);
      for (std::size_t k = 0; k < names; ++k) out[k] += one;
    }
    return out;
  }

 private:
  static constexpr std::uint64_t factor = 0xc6a4a7935bd1e995U;
  static constexpr std::uint64_t seed = 0xc70f6907U;

  explicit colliding_names(std::size_t length) : state_(seed ^ (length * factor)) {}
  static constexpr std::uint64_t inverse() {
    std::uint64_t out = factor;  // Newton: each step doubles the bits that are right
    for (int i = 0; i < 5; ++i) out *= 2 - factor * out;
    return out;
  }
  static std::uint64_t mixed(const std::string& word) {
    std::uint64_t number = 0;
    std::memcpy(&number, word.data(), sizeof number);
    number *= factor;
    return (number ^ number >> 47) * factor;
  }
  static std::string unmixed(std::uint64_t number) {
    number *= inverse();
    number = (number ^ number >> 47) * inverse();
    std::string out(sizeof number, '\0');
    std::memcpy(out.data(), &number, sizeof number);
    return out;
  }
  static std::uint64_t after(std::uint64_t state, const std::string& word) {
    return (state ^ mixed(word)) * factor;
  }
  static bool is_printable(const std::string& text) {
    for (const char c : text) {
      if (c <= ' ' || c > '~' || c == '"' || c == '\\') return false;
    }
    return true;
  }
  std::string random_word() {
    std::string out(8, '\0');
    for (char& c : out) c = static_cast<char>('a' + random_() % 26);
    return out;
  }
  /// Two texts that lead to the same state; one word in a few thousand fits.
  std::pair<std::string, std::string> block() {
    for (;;) {
      const auto one = random_word();
      const auto other = random_word();
      const auto last = random_word();
      const auto from_one = after(state_, one);
      const auto from_other = after(state_, other);
      const auto last_of_other = unmixed(mixed(last) ^ from_one ^ from_other);
      if (one == other || !is_printable(last_of_other)) continue;
      state_ = after(from_one, last);
      return {one + last, other + last_of_other};
    }
  }

  std::mt19937_64 random_{7};
  std::uint64_t state_;
};

}  // namespace roost::tests
