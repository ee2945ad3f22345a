// Latencies in logarithmic buckets: every quantile is right to within 1 %.
#pragma once

#include <array>
#include <cstdint>

namespace roost::bench {

/// Owns its counters. Runs on one thread. Ends with its scenario.
class histogram {
 public:
  void record(std::int64_t value_ns);
  /// The upper edge of the bucket that holds the quantile; 0 when empty.
  std::int64_t quantile(double q) const;
  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return max_; }

 private:
  // 128 steps for each power of two; values up to 2^40 ns (18 minutes), larger ones in the last.
  static constexpr unsigned step_bits = 7;
  static constexpr unsigned powers = 40 - step_bits + 1;
  static unsigned index_of(std::uint64_t value);
  static std::int64_t upper_edge(unsigned index);

  std::array<std::uint64_t, (powers + 1) << step_bits> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace roost::bench
