// SPDX-License-Identifier: Apache-2.0
// A histogram of durations with fixed buckets and one stripe of counters per loop.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "config/base/ids.hpp"

namespace roost {

/// Counts durations per bucket. Owns: the counters, in 64 stripes. Loop n uses stripe n modulo 64,
/// so that loops do not contend for the same cache lines. Runs on: any thread (atomic additions).
/// Ends: with the metrics.
class duration_histogram {
 public:
  static constexpr std::array<std::chrono::microseconds, 17> bounds{
      std::chrono::microseconds{5},        std::chrono::microseconds{10},
      std::chrono::microseconds{25},       std::chrono::microseconds{50},
      std::chrono::microseconds{100},      std::chrono::microseconds{250},
      std::chrono::microseconds{500},      std::chrono::microseconds{1'000},
      std::chrono::microseconds{2'500},    std::chrono::microseconds{5'000},
      std::chrono::microseconds{10'000},   std::chrono::microseconds{25'000},
      std::chrono::microseconds{50'000},   std::chrono::microseconds{100'000},
      std::chrono::microseconds{250'000},  std::chrono::microseconds{500'000},
      std::chrono::microseconds{1'000'000}};

  void observe(loop_id loop, std::chrono::nanoseconds took);

  struct reading {
    std::array<std::uint64_t, bounds.size()> up_to{};  ///< cumulative: up to this bound
    std::uint64_t count = 0;
    double sum_s = 0;
  };
  reading read() const;

 private:
  static constexpr std::size_t stripes = 64;
  struct alignas(64) stripe {
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts{};
    std::atomic<std::uint64_t> sum_ns{0};
  };
  std::array<stripe, stripes> stripes_;
};

}  // namespace roost
