// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/flood_gate.hpp"

#include "tests/fixtures/catch.hpp"

using roost::log::flood_gate;
using namespace std::chrono_literals;

namespace {

const flood_gate::time_point start{1h};

int admitted(flood_gate& gate, const char* event, flood_gate::time_point now, int lines) {
  int out = 0;
  for (int i = 0; i < lines; ++i) out += gate.admit(event, now) ? 1 : 0;
  return out;
}

}  // namespace

TEST_CASE("each event name may write a limited number of lines in a second") {
  flood_gate gate{3};
  CHECK(admitted(gate, "bad_frame", start, 10) == 3);
  CHECK(admitted(gate, "bad_frame", start + 999ms, 10) == 0);
  CHECK(admitted(gate, "bad_frame", start + 1s, 10) == 3);
}

TEST_CASE("a flood of one event does not suppress the lines of another event") {
  flood_gate gate{1};
  admitted(gate, "bad_frame", start, 100);
  CHECK(gate.admit("listening", start));
}

TEST_CASE("the number of dropped lines is reported once after the second is over") {
  flood_gate gate{2};
  admitted(gate, "bad_frame", start, 7);
  CHECK(gate.take_dropped(start + 500ms).empty());
  auto dropped = gate.take_dropped(start + 2s);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].first == "bad_frame");
  CHECK(dropped[0].second == 5);
  CHECK(gate.take_dropped(start + 4s).empty());
}

TEST_CASE("dropped lines are reported even if a new line has begun the next second") {
  flood_gate gate{1};
  admitted(gate, "bad_frame", start, 3);
  gate.admit("bad_frame", start + 1s);
  auto dropped = gate.take_dropped(start + 1s);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].second == 2);
}

TEST_CASE("event names above the number of tracked names share one limit") {
  flood_gate gate{1};
  int lines = 0;
  for (int i = 0; i < 2'000; ++i) lines += gate.admit("event_" + std::to_string(i), start) ? 1 : 0;
  CHECK(lines <= 513);
}
