// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/drain_pace.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr time_point start{};
time_point at(int ms) { return start + milliseconds{ms}; }

}  // namespace

TEST_CASE("closes are spread evenly with the first at once and the last before the end") {
  const drain_pace pace(10, milliseconds{1'000}, start, 0, 1);
  CHECK(pace.due(at(0)) == 1);
  CHECK(pace.due(at(99)) == 1);
  CHECK(pace.due(at(100)) == 2);
  CHECK(pace.due(at(550)) == 6);
  CHECK(pace.due(at(900)) == 10);
  CHECK(pace.due(at(100'000)) == 10);
}

TEST_CASE("the next deadline is the moment at which one more close is due") {
  const drain_pace pace(7, milliseconds{1'000}, start, 0, 1);
  for (std::size_t closed = 0; closed < 7; ++closed) {
    CHECK(pace.due(pace.next(closed)) == closed + 1);
    CHECK(pace.due(pace.next(closed) - time_point::duration{1}) == closed);
  }
}

TEST_CASE("the closes of two loops are interleaved") {
  const drain_pace second(10, milliseconds{1'000}, start, 1, 2);
  CHECK(second.due(at(49)) == 0);
  CHECK(second.due(at(50)) == 1);
  CHECK(second.due(at(150)) == 2);
  CHECK(second.due(at(950)) == 10);
}

TEST_CASE("without a spread or without connections a drain does not wait") {
  CHECK(drain_pace(5, milliseconds{0}, start, 1, 2).due(at(0)) == 5);
  CHECK(drain_pace(0, milliseconds{1'000}, start, 0, 1).due(at(0)) == 0);
}

TEST_CASE("a drain of few connections is short and one of many takes at most spread_ms") {
  settings::drain_settings drain;
  drain.spread_ms = 10'000;
  drain.connections_per_second = 500;
  CHECK(drain_spread(drain, 0) == milliseconds{0});
  CHECK(drain_spread(drain, 3) == milliseconds{6});
  CHECK(drain_spread(drain, 2'500) == milliseconds{5'000});
  CHECK(drain_spread(drain, 5'000) == milliseconds{10'000});
  CHECK(drain_spread(drain, 16'777'216) == milliseconds{10'000});
  drain.connections_per_second = 0;
  CHECK(drain_spread(drain, 3) == milliseconds{10'000});
}
