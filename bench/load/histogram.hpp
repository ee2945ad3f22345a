// SPDX-License-Identifier: Apache-2.0
// A latency histogram with logarithmic buckets: quantiles have an error of at most 1 %.
#pragma once

#include <array>
#include <cstdint>

namespace roost::bench {

/// Owns: its counters. Runs on: one thread. Ends: with its scenario.
class histogram {
 public:
  void record(std::int64_t value_ns);
  /// The upper edge in ns of the bucket with the quantile, at most max(); 0 if empty.
  std::int64_t quantile(double q) const;
  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return max_; }

 private:
  // 128 buckets for each power of two, up to 2^40 ns (18 minutes). The last bucket counts all
  // larger values.
  static constexpr unsigned step_bits = 7;
  static constexpr unsigned powers = 40 - step_bits + 1;
  static unsigned index_of(std::uint64_t value);
  static std::int64_t upper_edge(unsigned index);

  std::array<std::uint64_t, (powers + 1) << step_bits> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace roost::bench
