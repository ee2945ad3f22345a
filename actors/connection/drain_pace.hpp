// SPDX-License-Identifier: Apache-2.0
// Schedules when a drain closes each connection of a loop. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// How long a drain of this many connections takes: at the rate drain.connections_per_second, but
/// at most drain.spread_ms. With the rate 0 it takes drain.spread_ms.
inline milliseconds drain_spread(const settings::drain_settings& drain, std::size_t connections) {
  const milliseconds max{drain.spread_ms};
  if (drain.connections_per_second == 0) return max;
  const auto needed_ms = std::uint64_t{connections} * 1'000 / drain.connections_per_second;
  return needed_ms < drain.spread_ms ? milliseconds{needed_ms} : max;
}

/// Spreads closes evenly over time, within one loop and across loops: close k of `count` on loop i
/// of n is due at spread * (k + i / n) / count, with k and i from 0.
/// Owns: nothing. Runs on: the caller's thread. Ends: with its drainer.
class drain_pace {
 public:
  drain_pace(std::size_t count, milliseconds spread, time_point start, std::size_t loop,
             std::size_t loops)
      : count_(count), start_(start) {
    if (count == 0) return;
    step_ = std::chrono::duration_cast<time_point::duration>(spread) / count;
    start_ += step_ * loop / loops;
  }
  /// How many connections should be closed at `now`.
  std::size_t due(time_point now) const {
    if (now < start_) return 0;
    if (step_.count() == 0) return count_;
    return std::min(count_, static_cast<std::size_t>((now - start_) / step_) + 1);
  }
  /// When the next close is due if `closed` connections are closed.
  time_point next(std::size_t closed) const { return start_ + step_ * closed; }

 private:
  std::size_t count_;
  time_point start_;
  time_point::duration step_{0};
};

}  // namespace roost::actors
