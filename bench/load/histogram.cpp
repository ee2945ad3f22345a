// SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace roost::bench {

unsigned histogram::index_of(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  const unsigned shift = width > step_bits + 1 ? width - step_bits - 1 : 0;
  // Below 2^(step_bits + 1) a value is its own bucket; above, `shift` low bits are dropped.
  return (shift << step_bits) + static_cast<unsigned>(value >> shift);
}

std::int64_t histogram::upper_edge(unsigned index) {
  const unsigned top = index >> step_bits;
  const unsigned shift = top > 1 ? top - 1 : 0;
  const std::uint64_t base = index - (static_cast<std::uint64_t>(shift) << step_bits);
  return static_cast<std::int64_t>(((base + 1) << shift) - 1);
}

void histogram::record(std::int64_t value_ns) {
  const std::int64_t value = std::max<std::int64_t>(value_ns, 0);
  const auto index =
      std::min<std::size_t>(index_of(static_cast<std::uint64_t>(value)), buckets_.size() - 1);
  ++buckets_[index];
  ++count_;
  max_ = std::max(max_, value);
}

std::int64_t histogram::quantile(double q) const {
  if (count_ == 0) return 0;
  const auto rank = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::min(upper_edge(static_cast<unsigned>(i)), max_);
  }
  return max_;
}

}  // namespace roost::bench
