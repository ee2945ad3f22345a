// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/duration_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;

namespace {

constexpr loop_id here{0};

std::uint64_t up_to(const duration_histogram& h, std::chrono::microseconds bound) {
  const auto read = h.read();
  for (std::size_t i = 0; i < duration_histogram::bounds.size(); ++i) {
    if (duration_histogram::bounds[i] == bound) return read.up_to[i];
  }
  FAIL("no such bound");
  return 0;
}

}  // namespace

TEST_CASE("a duration counts in its bucket and in every bucket with a larger bound") {
  duration_histogram h;
  h.observe(here, 1ms);
  h.observe(here, 1ms + 1ns);
  h.observe(here, 3s);
  CHECK(up_to(h, 500us) == 0);
  CHECK(up_to(h, 1ms) == 1);
  CHECK(up_to(h, 2'500us) == 2);
  CHECK(up_to(h, 1s) == 2);
  CHECK(h.read().count == 3);
  CHECK(std::abs(h.read().sum_s - 3.002) < 1e-6);
}

TEST_CASE("an empty histogram reads zero and a negative duration counts as zero") {
  duration_histogram h;
  CHECK(h.read().count == 0);
  CHECK(h.read().sum_s == 0);
  h.observe(here, -5ms);
  CHECK(up_to(h, 5us) == 1);
  CHECK(h.read().sum_s == 0);
}

TEST_CASE("loops that share a stripe lose no counts") {
  duration_histogram h;
  std::vector<std::thread> loops;
  for (std::uint16_t id : {0, 64, 255}) {
    loops.emplace_back([&h, id] {
      for (int i = 0; i < 5'000; ++i) h.observe(loop_id{id}, 20us);
    });
  }
  for (auto& one : loops) one.join();
  CHECK(h.read().count == 15'000);
  CHECK(up_to(h, 10us) == 0);
  CHECK(up_to(h, 25us) == 15'000);
  CHECK(std::abs(h.read().sum_s - 0.3) < 1e-6);
}

TEST_CASE("the bounds of the buckets are in ascending order") {
  CHECK(std::ranges::is_sorted(duration_histogram::bounds));
}
