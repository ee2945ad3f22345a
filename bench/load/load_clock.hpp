// SPDX-License-Identifier: Apache-2.0
// The monotonic clock of the load client, in nanoseconds.
#pragma once

#include <time.h>

#include <cstdint>

namespace roost::bench {

constexpr std::int64_t second_ns = 1'000'000'000;

inline std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * second_ns + t.tv_nsec;
}

}  // namespace roost::bench
