// Points in time as the pure parts take them: whoever calls reads the clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace roost {

/// Never set back. What is kept or sent for others to read is no time_point.
using time_point = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// Unix time, as tokens count it; somebody may set it, back as well.
inline std::int64_t unix_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(since).count();
}

}  // namespace roost
