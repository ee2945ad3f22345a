// When each of a loop's connections is closed while a node drains. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// How long a drain of so many connections takes: drain.connections_per_second decides where there
/// are few, drain.spread_ms where there are many.
inline milliseconds drain_spread(const settings::drain_settings& drain, std::size_t connections) {
  const milliseconds most{drain.spread_ms};
  if (drain.connections_per_second == 0) return most;
  const auto needed_ms = std::uint64_t{connections} * 1'000 / drain.connections_per_second;
  return needed_ms < drain.spread_ms ? milliseconds{needed_ms} : most;
}

/// Spreads closes evenly, over one loop and over the loops: the k-th of `count` on loop i of n is
/// due (k + i / n) / count of the way through. Owns: nothing. Runs on: whoever calls it.
/// Ends: with its drainer.
class drain_pace {
 public:
  drain_pace(std::size_t count, milliseconds spread, time_point start, std::size_t loop,
             std::size_t loops)
      : count_(count), start_(start) {
    if (count == 0) return;
    step_ = std::chrono::duration_cast<time_point::duration>(spread) / count;
    start_ += step_ * loop / loops;
  }
  /// How many should be closed by now, of all.
  std::size_t due(time_point now) const {
    if (now < start_) return 0;
    if (step_.count() == 0) return count_;
    return std::min(count_, static_cast<std::size_t>((now - start_) / step_) + 1);
  }
  /// When the one after `closed` is due.
  time_point next(std::size_t closed) const { return start_ + step_ * closed; }

 private:
  std::size_t count_;
  time_point start_;
  time_point::duration step_{0};
};

}  // namespace roost::actors
