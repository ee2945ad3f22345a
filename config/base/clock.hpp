// Points in time as the pure parts take them: whoever calls reads the clock.
#pragma once

#include <chrono>

namespace roost {

/// Never set back. What is kept or sent for others to read is no time_point.
using time_point = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

}  // namespace roost
