// SPDX-License-Identifier: Apache-2.0
#include "net/loop/loop_counters.hpp"

#include <thread>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using net::message_class;

TEST_CASE("the metrics show each count of a loop once") {
  metrics probe;
  net::loop_counters counts;
  counts.report_to(probe);
  counts.add(metrics::counter::sends);
  counts.add(metrics::counter::sends, 4);
  counts.move(metrics::gauge::outbox_bytes, 7);
  counts.move(metrics::gauge::outbox_bytes, -2);
  counts.add(message_class::in_push, 3);
  for (int i = 0; i < 2; ++i) {
    CHECK(probe.value(metrics::counter::sends) == 5);
    CHECK(probe.value(metrics::gauge::outbox_bytes) == 5);
    CHECK(probe.value(metrics::counter::messages) == 3);
  }
  CHECK(probe.json().find(R"("in,push":3)") != std::string::npos);
  counts.move(metrics::gauge::outbox_bytes, -5);
  CHECK(probe.value(metrics::gauge::outbox_bytes) == 0);
}

TEST_CASE("counts from before the connection to the metrics are kept") {
  metrics probe;
  net::loop_counters counts;
  CHECK(counts.probe() == nullptr);
  counts.add(metrics::counter::sends);
  counts.report_to(probe);
  counts.report_to(probe);
  CHECK(probe.value(metrics::counter::sends) == 1);
}

TEST_CASE("the counts of a loop are kept after it ends") {
  metrics probe;
  {
    net::loop_counters counts;
    counts.report_to(probe);
    counts.add(metrics::counter::sends, 2);
  }
  CHECK(probe.value(metrics::counter::sends) == 2);
}

TEST_CASE("concurrent counts and reads lose and repeat nothing") {
  metrics probe;
  constexpr int rounds = 20'000;
  const auto count = [&] {
    net::loop_counters counts;
    counts.report_to(probe);
    for (int i = 0; i < rounds; ++i) counts.add(metrics::counter::sends);
  };
  const auto ask = [&] {
    double last = 0;
    for (int i = 0; i < 100; ++i) {
      const double now = probe.value(metrics::counter::sends);
      if (now < last) return false;
      last = now;
    }
    return true;
  };
  bool grew_only = true;
  bool grew_only_too = true;
  {
    std::jthread a(count);
    std::jthread b(count);
    std::jthread c([&] { grew_only = ask(); });
    std::jthread d([&] { grew_only_too = ask(); });
  }
  CHECK(grew_only);
  CHECK(grew_only_too);
  CHECK(probe.value(metrics::counter::sends) == 2 * rounds);
}
