#include "actors/room/history_budget.hpp"

#include "tests/support/catch.hpp"

using roost::actors::history_excess;
using roost::actors::history_share;

TEST_CASE("what is held over the bound is too much, and without a bound nothing is") {
  CHECK(history_excess(0, 100) == 0);
  CHECK(history_excess(150, 100) == 50);
  CHECK(history_excess(150, 150) == 0);
  CHECK(history_excess(150, 0) == 0);
  CHECK(history_excess(90, 100) == 0);
}

TEST_CASE("a share is that of one of so many rooms, and of one where there are none") {
  CHECK(history_share(1'000, 4) == 250);
  CHECK(history_share(1'000, 0) == 1'000);
}
