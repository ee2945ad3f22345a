// How much may come in how much time. Pure: the time comes from the caller.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost::net::limits {

/// Owns: what was taken and has not grown back, in thousand millionths, so that nothing is lost to
/// rounding, whatever the rate. Runs on: one thread. Ends: as a value.
///
/// A new one is full. The limit is given anew each time, as a reload may change it: what was taken
/// stays taken. A limit of 0 a second limits nothing and takes nothing.
class token_bucket {
 public:
  /// True: `count` were there, and are taken. False: nothing is taken.
  bool take(const rate_limit& limit, time_point now, std::uint32_t count = 1);
  /// Takes `count` whether they are there or not: it may owe some after that.
  void charge(const rate_limit& limit, time_point now, std::uint32_t count);
  /// How long until `count` are there; with 0: until nothing is owed.
  std::chrono::nanoseconds ready_in(const rate_limit& limit, time_point now,
                                    std::uint32_t count = 1);
  /// As good as new.
  bool is_full(const rate_limit& limit, time_point now);

 private:
  void refill(const rate_limit& limit, time_point now);
  std::uint64_t spent_ = 0;
  time_point at_{};
};

}  // namespace roost::net::limits
