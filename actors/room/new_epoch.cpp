// SPDX-License-Identifier: Apache-2.0
#include "actors/room/new_epoch.hpp"

#include <chrono>
#include <random>
#include <string_view>

namespace roost::actors {

new_epoch make_epoch(epoch after) {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  new_epoch out;
  out.number = after == epoch{} ? epoch{static_cast<std::uint64_t>(now)}
                                : epoch{after.ownership, after.crashes + 1};
  for (auto rest = source(); out.text.size() < 12; rest /= digits.size()) {
    out.text.push_back(digits[rest % digits.size()]);
  }
  // Not from `source`: clients see the text, and could search the source's 32 bits of state.
  static thread_local std::random_device entropy;
  out.seed = std::uint64_t{entropy()} << 32U | entropy();
  return out;
}

}  // namespace roost::actors
