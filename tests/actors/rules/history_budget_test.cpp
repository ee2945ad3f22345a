// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/history_budget.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("bytes above the bound are the excess and without a bound there is none") {
  CHECK(excess_of(0, 100) == 0);
  CHECK(excess_of(150, 100) == 50);
  CHECK(excess_of(150, 150) == 0);
  CHECK(excess_of(150, 0) == 0);
  CHECK(excess_of(90, 100) == 0);
}

TEST_CASE("the share is the bound divided by the number of rooms and the whole bound for none") {
  CHECK(share_of(1'000, 4) == 250);
  CHECK(share_of(1'000, 0) == 1'000);
}

TEST_CASE("a room above its share gives up twice its growth but keeps its share") {
  CHECK(kept_of(500, 10, 1, 1'000, 4) == 480);
  CHECK(kept_of(255, 10, 1, 1'000, 4) == 250);
  CHECK(kept_of(250, 10, 1, 1'000, 4) == 250);
  CHECK(kept_of(30, 10, 1, 1'000, 4) == 30);
  CHECK(kept_of(500, 10, 0, 1'000, 4) == 500);
}

TEST_CASE("at twice the bound no room may grow even if it is below its share") {
  CHECK(kept_of(30, 10, 1'000, 1'000, 4) == 30);
  CHECK(kept_of(30, 10, 1'001, 1'000, 4) == 10);
  CHECK(kept_of(30, 20, 1'001, 1'000, 4) == 0);
}

TEST_CASE("the sum stays within twice the bound plus one growth while rooms appear and grow") {
  constexpr std::uint64_t bound = 100'000;
  std::vector<std::size_t> rooms;
  double sum = 0;
  double max = 0;
  for (std::size_t n = 0; n < 20'000; ++n) {
    if (n % 10 == 0) rooms.push_back(0);
    auto& one = rooms[n * 7919 % rooms.size()];
    constexpr std::size_t gained = 300;
    one += gained;
    sum += gained;
    const auto kept =
        kept_of(one, gained, excess_of(sum, bound), bound, static_cast<double>(rooms.size()));
    sum -= static_cast<double>(one - kept);
    one = kept;
    max = std::max(max, sum);
  }
  CHECK(max <= 2.0 * bound + 300);
  CHECK(max > bound);
}

TEST_CASE("recent events of edges count against history_bytes_max too") {
  metrics probe;
  settings::limit_settings limits;
  limits.history_bytes_max = 1'000;
  probe.add(metrics::gauge::history_bytes, 600);
  CHECK(events_excess(probe, limits) == 0);
  probe.add(metrics::gauge::recent_events_bytes, 600);
  CHECK(events_excess(probe, limits) == 200);
  limits.history_bytes_max = 0;
  CHECK(events_excess(probe, limits) == 0);
}
