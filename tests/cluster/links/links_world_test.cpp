// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/links/links_world.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

/// The first seed that finds something, and what; empty: none does.
std::string explore(std::uint64_t seeds, const view_faults& faults, world_totals& totals) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    links_world world(seed, faults);
    const auto broken = world.run();
    if (!broken.empty()) return "seed " + std::to_string(seed) + ", " + broken;
    totals.arrivals += world.totals().arrivals;
    totals.breaks += world.totals().breaks;
    totals.overruns += world.totals().overruns;
    totals.stale += world.totals().stale;
    totals.misrouted += world.totals().misrouted;
    totals.markers += world.totals().markers;
    totals.gaps += world.totals().gaps;
  }
  return {};
}

}  // namespace

TEST_CASE("buses whose nodes and network fail keep their promises, and agree at rest") {
  world_totals totals;
  CHECK(explore(200, {}, totals) == "");
  CAPTURE(totals.arrivals, totals.breaks, totals.overruns, totals.stale, totals.misrouted,
          totals.markers, totals.gaps);
  CHECK(totals.arrivals > 100'000);
  CHECK(totals.breaks > 1'000);
  CHECK(totals.overruns > 20);
  CHECK(totals.stale > 20);
  CHECK(totals.misrouted > 20);
  CHECK(totals.markers > 1'000);
  CHECK(totals.gaps > 100);
}

TEST_CASE("the simulation of buses finds links that ignore gaps") {
  world_totals totals;
  view_faults faults;
  faults.ignores_gaps = true;
  CHECK(explore(50, faults, totals) != "");
}

TEST_CASE("the simulation of buses finds nodes that believe older owners") {
  world_totals totals;
  view_faults faults;
  faults.accepts_old_owner = true;
  CHECK(explore(50, faults, totals) != "");
}
