// Notices (presence, receipts) through an edge, and recovery after some of them were lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using told = cluster::event::kind;

namespace {

cluster::event diff(const edge_fixture& b, std::uint64_t number) {
  auto out = b.ordered(0);
  out.what = told::notice;
  out.name = "presence_diff";
  out.notices = number;
  return out;
}

}  // namespace

TEST_CASE("a notice that was lost is made good by what is true, and the owner is asked once") {
  edge_fixture b;
  b.enter(1);
  b.tell(diff(b, 1));
  b.tell(diff(b, 1));  // a duplicate
  CHECK(b.casts() == lines{"presence_diff"});
  b.out.clear();
  b.tell(diff(b, 3));
  b.tell(diff(b, 4));
  CHECK(b.casts().empty());
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_told);
  b.out.clear();
  auto answer = b.answer(told::page, 0, 0, 0);
  answer.notices = 4;
  answer.side_to = cluster::side_state_cursor{.at = cluster::side_state_cursor::stage::end};
  answer.told.emplace_back("presence_state",
                           cluster::body{slice::of(bytes_ptr::copy("{}")), false});
  b.tell(answer);
  CHECK(b.casts() == lines{"presence_state"});
  b.out.clear();
  b.tell(diff(b, 4));
  b.tell(diff(b, 5));
  CHECK(b.casts() == lines{"presence_diff"});
  CHECK(b.commands().empty());
}

TEST_CASE("a head shows an edge that a notice was lost, and a lost question is asked again") {
  edge_fixture b;
  b.enter(1);
  auto head = b.answer(told::head, 0, 0, 0);
  head.notices = 1;
  b.tell(head);
  b.tell(head);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_told);
  b.out.clear();
  CHECK(b.under.waits());
  b.under.tick(b.out);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].wants_told);
}

TEST_CASE("notices and ephemeral events go out at once, without a place") {
  edge_fixture b;
  b.enter(1);
  auto notice = diff(b, 1);
  b.tell(notice);
  notice.what = told::ephemeral;
  notice.name = "typing";
  notice.life = epoch{};  // edges create ephemeral events, without a life
  b.tell(notice);
  CHECK(b.casts() == lines{"presence_diff", "typing"});
  for (const auto& each : b.out.casts) CHECK_FALSE(each.is_ordered);
}

TEST_CASE("what is too large to be told to everybody at once is asked for by each member") {
  edge_fixture b;
  b.enter(1);
  SECTION("the owner says so") {
    auto resync = diff(b, 1);
    resync.what = told::resync;
    b.tell(resync);
    b.tell(resync);  // a duplicate
  }
  SECTION("a notice was lost, and the answer is too large") {
    b.tell(diff(b, 3));
    b.out.clear();
    auto answer = b.answer(told::page, 0, 0, 0);
    answer.notices = 3;
    b.tell(answer);  // the answer to another request
    CHECK(b.out.casts.empty());
    answer.side_to.emplace();
    b.tell(answer);
  }
  REQUIRE(b.out.casts.size() == 1);
  CHECK(b.out.casts[0].is_resync);
  for (const auto& frame : b.out.casts[0].frames) CHECK_FALSE(frame);
}
