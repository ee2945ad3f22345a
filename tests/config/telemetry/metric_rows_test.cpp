// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/metric_rows.hpp"

#include <algorithm>
#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("metric names are unique and end in total for counters and in seconds for histograms") {
  std::set<std::string_view> names;
  for (const auto& row : metric_rows::catalogue()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.name.starts_with("roost_"));
    CHECK(row.name.ends_with("_total") == (row.type == metric_rows::kind::counter));
    CHECK(row.name.ends_with("_seconds") == (row.type == metric_rows::kind::histogram));
    CHECK(row.help.ends_with('.'));
  }
}

TEST_CASE("the catalogue lists the counters and then the gauges and then the histograms") {
  const auto rows = metric_rows::catalogue();
  REQUIRE(rows.size() == metric_rows::all);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto wanted = i < metric_rows::first_gauge       ? metric_rows::kind::counter
                        : i < metric_rows::first_histogram ? metric_rows::kind::gauge
                                                           : metric_rows::kind::histogram;
    CHECK(rows[i].type == wanted);
  }
}

TEST_CASE("a label has known values and the value other and two labels have pairs of values") {
  for (std::size_t i = 0; i < metric_rows::counters; ++i) {
    const auto& row = metric_rows::catalogue()[i];
    const auto values = metric_rows::known_values(static_cast<metric_rows::counter>(i));
    INFO(row.name);
    CHECK(values.empty() == row.label.empty());
    if (values.empty()) continue;
    CHECK(values.size() >= 2);
    CHECK(values.size() <= 64);  // one series per value is created at startup
    const auto commas = std::ranges::count(row.label, ',');
    CHECK(values.back() == (commas == 0 ? metric_rows::other : metric_rows::other_pair));
    for (const auto& value : values) CHECK(std::ranges::count(value, ',') == commas);
  }
}

TEST_CASE("every rate limit has its own label value in the counter of refusals") {
  const auto values = metric_rows::label_values("roost_rate_refusals_total");
  for (auto rate : {"connection,messages", "connection,joins", "connection,bytes", "user,messages",
                    "address,connects", "address,messages"}) {
    CHECK(std::ranges::count(values, rate) == 1);
  }
}
