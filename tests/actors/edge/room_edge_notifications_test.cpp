// Notifications (presence, receipts) through an edge, and recovery after some of them were lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using told = cluster::event_kind;

namespace {

cluster::event diff(const edge_fixture& b, std::uint64_t number) {
  auto out = b.ordered(0);
  out.kind = told::notification;
  out.name = "presence_diff";
  out.notifications = number;
  return out;
}

}  // namespace

TEST_CASE("a notice that was lost is made good by what is true, and the owner is asked once") {
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
  auto answer = b.answer(told::page, 0, 0, 0);
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

TEST_CASE("a head shows an edge that a notice was lost, and a lost question is asked again") {
  edge_fixture b;
  b.enter(1);
  auto head = b.answer(told::head, 0, 0, 0);
  head.notifications = 1;
  b.tell(head);
  b.tell(head);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_side_state);
  b.out.clear();
  CHECK(b.under.waits());
  b.under.tick(b.out);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_side_state);
}

TEST_CASE("notices and ephemeral events go out at once, without a place") {
  edge_fixture b;
  b.enter(1);
  auto notice = diff(b, 1);
  b.tell(notice);
  notice.kind = told::ephemeral;
  notice.name = "typing";
  notice.incarnation = epoch{};  // edges create ephemeral events, without a life
  b.tell(notice);
  CHECK(b.broadcasts() == lines{"presence_diff", "typing"});
  for (const auto& each : b.out.broadcasts) CHECK_FALSE(each.is_ordered);
}

TEST_CASE("what is too large to be told to everybody at once is asked for by each member") {
  edge_fixture b;
  b.enter(1);
  SECTION("the owner says so") {
    auto resync = diff(b, 1);
    resync.kind = told::resync;
    b.tell(resync);
    b.tell(resync);  // a duplicate
  }
  SECTION("a notice was lost, and the answer is too large") {
    b.tell(diff(b, 3));
    b.out.clear();
    auto answer = b.answer(told::page, 0, 0, 0);
    answer.notifications = 3;
    b.tell(answer);  // the answer to another request
    CHECK(b.out.broadcasts.empty());
    answer.side_state_to.emplace();
    b.tell(answer);
  }
  REQUIRE(b.out.broadcasts.size() == 1);
  CHECK(b.out.broadcasts[0].is_resync);
  for (const auto& frame : b.out.broadcasts[0].frames) CHECK_FALSE(frame);
}
