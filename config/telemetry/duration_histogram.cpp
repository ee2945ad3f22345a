// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/duration_histogram.hpp"

#include <algorithm>

namespace roost {

void duration_histogram::observe(loop_id loop, std::chrono::nanoseconds took) {
  const auto bounded = std::max(took, std::chrono::nanoseconds{0});
  const auto bucket = std::ranges::lower_bound(bounds, bounded) - bounds.begin();
  auto& stripe_of_loop = stripes_[loop.value % stripes];
  constexpr auto order = std::memory_order_relaxed;
  stripe_of_loop.counts[static_cast<std::size_t>(bucket)].fetch_add(1, order);
  stripe_of_loop.sum_ns.fetch_add(static_cast<std::uint64_t>(bounded.count()), order);
}

duration_histogram::reading duration_histogram::read() const {
  constexpr auto order = std::memory_order_relaxed;
  reading out;
  std::uint64_t sum_ns = 0;
  for (const auto& one : stripes_) {
    sum_ns += one.sum_ns.load(order);
    for (std::size_t i = 0; i < bounds.size(); ++i) out.up_to[i] += one.counts[i].load(order);
    out.count += one.counts.back().load(order);
  }
  // Sum the bucket values loaded above instead of reading a total counter: another thread could
  // add in between, and the total would not equal the buckets.
  std::uint64_t cumulative = 0;
  for (auto& one : out.up_to) one = cumulative += one;
  out.count += cumulative;
  out.sum_s = static_cast<double>(sum_ns) / 1e9;
  return out;
}

}  // namespace roost
