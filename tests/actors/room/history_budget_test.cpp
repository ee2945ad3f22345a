#include "actors/room/history_budget.hpp"

#include "tests/support/catch.hpp"

using roost::actors::history_budget;

TEST_CASE("what is held over the bound is too much, and without a bound nothing is") {
  history_budget all;
  CHECK(all.excess(100) == 0);
  all.add(150);
  CHECK(all.excess(100) == 50);
  CHECK(all.excess(150) == 0);
  CHECK(all.excess(0) == 0);
  all.add(-60);
  CHECK(all.excess(100) == 0);
}

TEST_CASE("a share is that of one of so many rooms, and of one where there are none") {
  CHECK(history_budget::share(1'000, 4) == 250);
  CHECK(history_budget::share(1'000, 0) == 1'000);
}
