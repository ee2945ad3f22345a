// SPDX-License-Identifier: Apache-2.0
// Types for time; pure code never reads a clock, its caller passes the time as an argument.
#pragma once

#include <chrono>
#include <cstdint>

namespace roost {

/// Monotonic time. It has no meaning in another process, so never store it or send it.
using time_point = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// Unix time in milliseconds, for token expiry. Not monotonic: the system clock can be set back.
inline std::int64_t unix_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(since).count();
}

}  // namespace roost
