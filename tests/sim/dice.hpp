// SPDX-License-Identifier: Apache-2.0
// Seeded random numbers, equal on every machine and with every standard library.
#pragma once

#include <cstdint>

namespace roost::sim {

/// A random generator (SplitMix64). Owns: its state. Runs on: one thread. Ends: any time.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }
  /// A number from 0 to bound-1; `bound` must be greater than 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  std::uint64_t between(std::uint64_t least, std::uint64_t max) {
    return least + below(max - least + 1);
  }
  bool chance(unsigned permille) { return below(1000) < permille; }
  template <class List>
  const auto& one_of(const List& list) {
    return list[below(list.size())];
  }
  /// An independent generator: drawing from it does not change the numbers of this one.
  dice fork() { return dice{next()}; }

 private:
  std::uint64_t state_;
};

}  // namespace roost::sim
