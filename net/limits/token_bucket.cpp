// SPDX-License-Identifier: Apache-2.0
#include "net/limits/token_bucket.hpp"

#include <algorithm>

namespace roost::net::limits {
namespace {

/// Units in one token: a rate of N tokens per second is N units per nanosecond.
constexpr std::uint64_t units_per_token = 1'000'000'000;

std::uint64_t units_of(std::uint32_t tokens) { return tokens * units_per_token; }

}  // namespace

void token_bucket::refill(const rate_limit& limit, time_point now) {
  if (now <= at_) return;
  const auto passed = static_cast<std::uint64_t>((now - at_).count());
  at_ = now;
  // `passed * per_second` could overflow, but only if the bucket is full: this checks that first.
  if (passed >= spent_ / limit.per_second + 1) {
    spent_ = 0;
  } else {
    spent_ -= std::min(spent_, passed * limit.per_second);
  }
}

bool token_bucket::take(const rate_limit& limit, time_point now, std::uint32_t count) {
  if (limit.per_second == 0) return true;
  refill(limit, now);
  const auto wanted = units_of(count);
  const auto capacity = units_of(limit.burst);
  if (wanted > capacity || spent_ > capacity - wanted) return false;
  spent_ += wanted;
  return true;
}

void token_bucket::charge(const rate_limit& limit, time_point now, std::uint32_t count) {
  if (limit.per_second == 0) return;
  refill(limit, now);
  // Spent tokens are at most twice the burst plus this charge, which bounds the client's wait.
  const auto debt_max = 2 * units_of(limit.burst) + units_of(count);
  spent_ = std::min(spent_ + units_of(count), debt_max);
}

std::chrono::nanoseconds token_bucket::ready_in(const rate_limit& limit, time_point now,
                                                std::uint32_t count) {
  if (limit.per_second == 0) return std::chrono::nanoseconds{0};
  refill(limit, now);
  const auto capacity = units_of(limit.burst);
  const auto free = capacity - std::min(capacity, units_of(count));
  if (spent_ <= free) return std::chrono::nanoseconds{0};
  return std::chrono::nanoseconds{(spent_ - free + limit.per_second - 1) / limit.per_second};
}

bool token_bucket::is_full(const rate_limit& limit, time_point now) {
  if (limit.per_second == 0) return true;
  refill(limit, now);
  return spent_ == 0;
}

}  // namespace roost::net::limits
