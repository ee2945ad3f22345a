// SPDX-License-Identifier: Apache-2.0
// The label values of the counters in config/telemetry/metric_rows.hpp.
#include <algorithm>
#include <string>
#include <vector>

#include "config/telemetry/metric_rows.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using counter = metric_rows::counter;

TEST_CASE("the known values of a counter are those of its label, and other at the end") {
  CHECK(metric_rows::known_values(counter::cluster_frames) ==
        std::vector<std::string>{"in", "out", "other"});
  CHECK(metric_rows::known_values(counter::shards_taken).empty());
  const auto pairs = metric_rows::known_values(counter::rate_refusals);
  CHECK(pairs.back() == "other,other");
}

TEST_CASE("no label has a value twice") {
  for (std::size_t i = 0; i < metric_rows::counters; ++i) {
    auto values = metric_rows::known_values(static_cast<counter>(i));
    std::ranges::sort(values);
    INFO(metric_rows::catalogue()[i].name);
    CHECK(std::ranges::adjacent_find(values) == values.end());
  }
}
