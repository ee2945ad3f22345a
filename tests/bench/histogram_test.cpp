// SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.hpp"

#include "tests/fixtures/catch.hpp"

using roost::bench::histogram;

TEST_CASE("an empty histogram has zero for every quantile") {
  CHECK(histogram{}.quantile(0.99) == 0);
}

TEST_CASE("a quantile of small values is exact") {
  histogram h;
  for (int i = 1; i <= 100; ++i) h.record(i);
  CHECK(h.quantile(0.5) == 50);
  CHECK(h.quantile(0.99) == 99);
  CHECK(h.quantile(1.0) == 100);
}

TEST_CASE("a quantile of large values is right to within one percent and never too low") {
  for (const std::int64_t value : {257LL, 1'000LL, 35'731LL, 1'234'567LL, 98'765'432'101LL}) {
    histogram h;
    h.record(value);
    h.record(value * 3);
    const auto found = h.quantile(0.5);
    CHECK(found >= value);
    CHECK(static_cast<double>(found) <= 1.01 * static_cast<double>(value));
  }
}

TEST_CASE("values outside the buckets are counted and the maximum is exact") {
  histogram h;
  h.record(-5);
  h.record(std::int64_t{1} << 50);
  CHECK(h.count() == 2);
  CHECK(h.max() == std::int64_t{1} << 50);
  CHECK(h.quantile(0.1) == 0);
}
