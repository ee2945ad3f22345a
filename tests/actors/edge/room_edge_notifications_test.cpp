// SPDX-License-Identifier: Apache-2.0
// Notifications (presence, receipts) through an edge, and recovery after some of them were lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using event_kind = cluster::event_kind;

namespace {

cluster::event diff(const edge_fixture& b, std::uint64_t number) {
  auto out = b.ordered(0);
  out.kind = event_kind::notification;
  out.name = "presence_diff";
  out.notifications = number;
  return out;
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
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_side_state);
  b.out.clear();
  auto answer = b.answer(event_kind::page, 0, 0, 0);
  answer.notifications = 4;
  answer.side_state_to = cluster::side_state_cursor{.at = cluster::side_state_cursor::stage::end};
  answer.side_state.emplace_back("presence_state", payload{slice::of(bytes_ptr::copy("{}"))});
  b.tell(answer);
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
  auto head = b.answer(event_kind::head, 0, 0, 0);
  head.notifications = 1;
  b.tell(head);
  b.tell(head);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_side_state);
  b.out.clear();
  CHECK(b.edge.needs_tick());
  b.edge.tick(b.out);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_side_state);
}

TEST_CASE("notifications and ephemeral events are broadcast at once without a position") {
  edge_fixture b;
  b.enter(1);
  auto notification = diff(b, 1);
  b.tell(notification);
  notification.kind = event_kind::ephemeral;
  notification.name = "typing";
  notification.incarnation = epoch{};  // edges create ephemeral events, without an incarnation
  b.tell(notification);
  CHECK(b.broadcasts() == lines{"presence_diff", "typing"});
  for (const auto& each : b.out.broadcasts) CHECK_FALSE(each.is_ordered);
}

TEST_CASE("a side state too large for a broadcast becomes a resync") {
  edge_fixture b;
  b.enter(1);
  SECTION("the owner sends a resync") {
    auto resync = diff(b, 1);
    resync.kind = event_kind::resync;
    b.tell(resync);
    b.tell(resync);  // a duplicate
  }
  SECTION("a notification was lost and the answer is too large") {
    b.tell(diff(b, 3));
    b.out.clear();
    auto answer = b.answer(event_kind::page, 0, 0, 0);
    answer.notifications = 3;
    b.tell(answer);  // the answer to another request
    CHECK(b.out.broadcasts.empty());
    answer.side_state_to.emplace();
    b.tell(answer);
  }
  REQUIRE(b.out.broadcasts.size() == 1);
  CHECK(b.out.broadcasts[0].is_resync);
  CHECK(b.out.broadcasts[0].messages.size() == 0);
}
