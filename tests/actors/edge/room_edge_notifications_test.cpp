// SPDX-License-Identifier: Apache-2.0
// Notifications (presence, receipts) through an edge, and recovery after some of them were lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

namespace {

cluster::event diff(const edge_fixture& b, std::uint64_t number) {
  return b.of_room(events::notification{number, "presence_diff", empty_object()});
}

bool wants_side_state(const edge_fixture& b) {
  REQUIRE(b.out.commands.size() == 1);
  return as<commands::fetch>(b.out.commands[0]).wants_side_state;
}

}  // namespace

TEST_CASE("a lost notification is replaced by the current side state with one fetch") {
  edge_fixture b;
  b.enter(1);
  b.tell(diff(b, 1));
  b.tell(diff(b, 1));  // a duplicate
  CHECK(b.broadcasts() == lines{"presence_diff"});
  b.out.clear();
  b.tell(diff(b, 3));
  b.tell(diff(b, 4));
  CHECK(b.broadcasts().empty());
  CHECK(wants_side_state(b));
  b.out.clear();
  events::page page;
  page.notifications = 4;
  page.side_state = side_state_of({"presence_state"});
  b.tell(b.answer(std::move(page), 0, 0));
  CHECK(b.broadcasts() == lines{"presence_state"});
  b.out.clear();
  b.tell(diff(b, 4));
  b.tell(diff(b, 5));
  CHECK(b.broadcasts() == lines{"presence_diff"});
  CHECK(b.commands().empty());
}

TEST_CASE("a head reveals a lost notification and a lost fetch is resent") {
  edge_fixture b;
  b.enter(1);
  for (int n = 0; n < 2; ++n) b.tell(b.of_room(events::head{1}));
  CHECK(wants_side_state(b));
  b.out.clear();
  CHECK(b.edge.needs_tick());
  for (int n = 0; n < 2; ++n) b.tick();
  CHECK(wants_side_state(b));
}

TEST_CASE("a side state too large for a broadcast becomes a resync") {
  edge_fixture b;
  b.enter(1);
  SECTION("the owner sends a resync") {
    for (int n = 0; n < 2; ++n) b.tell(b.of_room(events::resync{1}));  // the second: a duplicate
  }
  SECTION("a notification was lost and the answer is too large") {
    b.tell(diff(b, 3));
    b.out.clear();
    events::page page;
    page.notifications = 3;
    b.tell(b.answer(page, 0, 0));  // the answer to another request
    CHECK(b.out.broadcasts.empty());
    page.side_state = side_state_of({}, {}, {});
    b.tell(b.answer(page, 0, 0));
  }
  REQUIRE(b.out.broadcasts.size() == 1);
  CHECK(b.out.broadcasts[0].is_resync);
  CHECK(b.out.broadcasts[0].messages.size() == 0);
}
