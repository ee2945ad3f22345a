// SPDX-License-Identifier: Apache-2.0
// Random runs of the recent events, of waiting for a join's position, and of requests to the owner,
// with joins, leaves and events at every point. Planted faults must be found.
#include "tests/actors/room/room_property.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

property_sums play_many(unsigned seeds, bool loses) {
  property_sums sums;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed << (loses ? ", with a bus that loses" : ""));
    property_run run({seed, loses, nullptr});
    const auto broken = run.play(sums);
    INFO(broken.value_or(""));
    REQUIRE_FALSE(broken.has_value());
  }
  return sums;
}

/// The first seed whose run breaks a promise; 0: none of the first `seeds`.
unsigned seed_that_finds(const fault_injection& faults, unsigned seeds) {
  property_sums sums;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    property_run run({seed, false, &faults});
    if (run.play(sums)) return seed;
  }
  return 0;
}

}  // namespace

TEST_CASE("in random runs a member receives each event from its position on exactly once") {
  const auto sums = play_many(300, false);
  // Require that the runs exercised enough.
  CHECK(sums.broadcasts > 10'000);
  CHECK(sums.recovered > 500);
  CHECK(sums.missed > 5'000);
  CHECK(sums.crashes > 300);
  CHECK(sums.waits > 500);
  CHECK(sums.slow > 100);
  CHECK(sums.lost_catch_ups > 0);
  CHECK(sums.gaps == 0);
}

TEST_CASE("in random runs on a lossy bus a member receives each event once after resends") {
  const auto sums = play_many(300, true);
  CHECK(sums.broadcasts > 5'000);
  CHECK(sums.recovered > 300);
  CHECK(sums.gaps > 300);
  CHECK(sums.resent > 300);
}

TEST_CASE("a planted fault is found within fifty seeds") {
  fault_injection faults;
  SECTION("events during a catch-up are left out") { faults.skip_recent_events = true; }
  SECTION("the first missed event is left out") { faults.off_by_one_at_p = true; }
  SECTION("the last missed event comes twice") { faults.duplicate_after_resume = true; }
  SECTION("a crash forgets the history and repeats the epoch") { faults.reuse_epoch = true; }
  SECTION("a push is acknowledged before the room has taken it") {
    faults.answer_before_apply = true;
  }
  const auto seed = seed_that_finds(faults, 50);
  CHECK(seed != 0);
}
