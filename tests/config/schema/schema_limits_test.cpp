// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_limits.hpp"

#include <set>

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

TEST_CASE("the settings of limits and rates and drain are loaded into their fields") {
  auto got = load_text(R"({
    "limits": {"ping_ms": 1, "refusals_per_minute_max": 2,
               "connections_per_user": {"max": 3, "over": "evict_oldest"}},
    "rates": {"connection": {"messages": {"per_second": 4, "burst": 5},
                             "joins": {"per_second": 6, "burst": 7},
                             "bytes": {"per_second": 8, "burst": 9}},
              "user": {"messages": {"per_second": 10, "burst": 11}},
              "address": {"connects": {"per_second": 12, "burst": 13},
                          "messages": {"per_second": 14, "burst": 15}}},
    "drain": {"timeout_ms": 60, "delay_ms": 16, "spread_ms": 17, "reconnect_jitter_ms": 18}})");
  CHECK(all_of(got) == "");
  const auto& [limits, rates, drain] =
      std::tie(got.values.limits, got.values.rates, got.values.drain);
  CHECK(limits.ping_ms == 1);
  CHECK(limits.refusals_per_minute_max == 2);
  CHECK(limits.connections_per_user.max == 3);
  CHECK(limits.connections_per_user.over == over_limit::evict_oldest);
  CHECK(rates.connection.messages.per_second == 4);
  CHECK(rates.connection.messages.burst == 5);
  CHECK(rates.connection.joins.burst == 7);
  CHECK(rates.connection.bytes.per_second == 8);
  CHECK(rates.user.messages.burst == 11);
  CHECK(rates.address.connects.per_second == 12);
  CHECK(rates.address.messages.burst == 15);
  CHECK(drain.delay_ms == 16);
  CHECK(drain.spread_ms == 17);
  CHECK(drain.reconnect_jitter_ms == 18);
}

TEST_CASE("a rate that does not exist in a scope is an unknown setting") {
  CHECK(all_of(load_text(R"({"rates": {"user": {"joins": {"per_second": 1}}}})"))
            .find("rates.user.joins: is not a setting") == 0);
  CHECK(all_of(load_text(R"({"rates": {"address": {"bytes": {"per_second": 1}}}})"))
            .find("rates.address.bytes: is not a setting") == 0);
}

TEST_CASE("no two settings of limits and rates and drain share a field") {
  setting_table<settings> t;
  declare_limits(t);
  declare_rates(t);
  declare_drain(t);
  const auto all = t.take();
  for (const auto& written : all) {
    settings one;
    const auto old = written.read(one);
    const auto& choices = written.declaration.choices;
    written.write(one, old.is_number() ? nlohmann::json(7'777) : nlohmann::json(choices.back()));
    for (const auto& other : all) {
      INFO(written.declaration.key << " and " << other.declaration.key);
      CHECK((other.read(one) == other.read(settings{})) == (&other != &written));
    }
  }
}

TEST_CASE("only limits that are fixed when a connection or a loop is created need a restart") {
  const std::set<std::string> built_in{"limits.frame_bytes_max",      "limits.outbox_bytes_max",
                                       "limits.inbound_messages_max", "limits.inbound_bytes_max",
                                       "limits.flush_sends_max",      "limits.flush_us_max"};
  setting_table<settings> t;
  declare_limits(t);
  for (const auto& one : t.take()) {
    INFO(one.declaration.key);
    CHECK(one.declaration.is_reloadable != built_in.contains(one.declaration.key));
  }
}
