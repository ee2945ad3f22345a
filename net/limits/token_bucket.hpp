// SPDX-License-Identifier: Apache-2.0
// A token bucket, the rate limiter of messages, bytes and connects. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost::net::limits {

/// A token bucket. Owns: the tokens taken and not refilled yet, counted in units of 1e-9 tokens, so
/// that no rate loses tokens to rounding. Runs on: one thread. Ends: as a value.
///
/// A new bucket is full. Each call passes the limit, because a reload may change it; tokens taken
/// before stay taken. A limit of 0 per second means no limit, and takes no tokens.
class token_bucket {
 public:
  /// Takes `count` tokens and returns true, or takes none and returns false if there are fewer.
  bool take(const rate_limit& limit, time_point now, std::uint32_t count = 1);
  /// Takes `count` tokens even if there are fewer; the bucket is in debt then.
  void charge(const rate_limit& limit, time_point now, std::uint32_t count);
  /// The time until `count` tokens are available; with 0, until the debt is paid.
  std::chrono::nanoseconds ready_in(const rate_limit& limit, time_point now,
                                    std::uint32_t count = 1);
  /// Whether all tokens are refilled, as in a new bucket.
  bool is_full(const rate_limit& limit, time_point now);

 private:
  void refill(const rate_limit& limit, time_point now);
  std::uint64_t spent_ = 0;
  time_point at_{};
};

}  // namespace roost::net::limits
