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

TEST_CASE("an event name gets its lines in a second and again in the next") {
  flood_gate gate{3};
  CHECK(admitted(gate, "bad_frame", start, 10) == 3);
  CHECK(admitted(gate, "bad_frame", start + 999ms, 10) == 0);
  CHECK(admitted(gate, "bad_frame", start + 1s, 10) == 3);
}

TEST_CASE("one flood does not silence another event") {
  flood_gate gate{1};
  admitted(gate, "bad_frame", start, 100);
  CHECK(gate.admit("listening", start));
}

TEST_CASE("how many lines were dropped is said once, when the second is over") {
  flood_gate gate{2};
  admitted(gate, "bad_frame", start, 7);
  CHECK(gate.take_dropped(start + 500ms).empty());
  CHECK(gate.holds_dropped());
  auto dropped = gate.take_dropped(start + 2s);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].first == "bad_frame");
  CHECK(dropped[0].second == 5);
  CHECK_FALSE(gate.holds_dropped());
  CHECK(gate.take_dropped(start + 4s).empty());
}

TEST_CASE("dropped lines are said even if another event opens the next second") {
  flood_gate gate{1};
  admitted(gate, "bad_frame", start, 3);
  gate.admit("bad_frame", start + 1s);
  auto dropped = gate.take_dropped(start + 1s);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].second == 2);
}

TEST_CASE("names without end share one allowance") {
  flood_gate gate{1};
  int lines = 0;
  for (int i = 0; i < 2'000; ++i) lines += gate.admit("event_" + std::to_string(i), start) ? 1 : 0;
  CHECK(lines <= 513);
}
