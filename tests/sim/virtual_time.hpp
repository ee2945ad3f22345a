// The one clock of a simulation.
#pragma once

#include <algorithm>
#include <chrono>

#include "config/base/clock.hpp"
#include "net/loop.hpp"

namespace roost::sim {

using roost::milliseconds;
using roost::time_point;

/// Owns: the time. Runs on: the simulation's thread. Ends: after every loop that reads it.
class virtual_time final : public net::time_source {
 public:
  time_point now() const override { return now_; }
  void advance_to(time_point then) { now_ = std::max(now_, then); }
  void advance(std::chrono::nanoseconds by) { now_ += by; }
  std::chrono::milliseconds since_start() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - start);
  }

 private:
  static constexpr time_point start{std::chrono::hours(1)};
  time_point now_ = start;
};

}  // namespace roost::sim
