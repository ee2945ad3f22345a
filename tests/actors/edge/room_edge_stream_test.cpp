// How an edge handles the owner's events: in order, early, duplicated or lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using told = cluster::event_kind;

namespace {

cluster::event page(const edge_fixture& b, std::uint64_t after,
                    const std::vector<std::uint64_t>& offsets, std::uint64_t head,
                    std::uint64_t member = 0) {
  auto out = b.answer(told::page, 0, member, head);
  out.after = offset{after};
  for (const auto at : offsets) out.events.push_back(cluster::share(b.ordered(at)));
  return out;
}

}  // namespace

TEST_CASE("an event that comes too early waits, and the owner is asked once for what is missing") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.ordered(1));
  b.tell(b.ordered(3));
  b.tell(b.ordered(4));
  CHECK(b.broadcasts() == lines{"msg 1"});
  CHECK(b.commands() == lines{"fetch 1"});
  CHECK(b.out.gaps == 1);
  b.out.clear();
  b.tell(page(b, 1, {2, 3, 4}, 4));
  CHECK(b.broadcasts() == lines{"msg 2", "msg 3", "msg 4"});
  CHECK(b.commands().empty());
  CHECK_FALSE(b.under.waits());
}

TEST_CASE("what is missing may come late by itself, then what waited follows") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.ordered(2));
  b.tell(b.ordered(3));
  b.out.clear();
  b.tell(b.ordered(1));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2", "msg 3"});
  b.out.clear();
  b.tell(page(b, 0, {1, 2, 3}, 3));  // the answer arrives although it is no longer needed
  CHECK(b.broadcasts().empty());
}

TEST_CASE("an event that comes twice is passed on once") {
  edge_fixture b;
  b.enter(1);
  for (std::uint64_t at : {1, 1, 2, 1, 2}) b.tell(b.ordered(at));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("the head of a room shows an edge that the last events are missing") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.answer(told::head, 0, 0, 0));
  CHECK(b.commands().empty());
  b.tell(b.answer(told::head, 0, 0, 2));
  CHECK(b.commands() == lines{"fetch 0"});
  b.tell(page(b, 0, {1, 2}, 2));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("a head tells nothing to an edge where nobody has been let in") {
  edge_fixture b;
  b.join(1, "1");
  b.out.clear();
  b.tell(b.answer(told::head, 0, 0, 5));
  b.tell(b.ordered(5));
  CHECK(b.commands().empty());
  CHECK(b.broadcasts().empty());
}

TEST_CASE("a page that is not the last leads to the next question") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.answer(told::head, 0, 0, 4));
  b.out.clear();
  b.tell(page(b, 0, {1, 2}, 4));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
  CHECK(b.commands() == lines{"fetch 2"});
}

TEST_CASE("a question that was lost is asked again at the next tick") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.ordered(2));
  b.out.clear();
  CHECK(b.under.waits());
  b.under.tick(b.out);
  CHECK(b.commands() == lines{"fetch 0"});
}

TEST_CASE("a gap that nothing fills ends the channels, and the owner is told of each") {
  edge_fixture b;
  b.enter(1, 0, "1");
  b.enter(2, 0, "2");
  b.tell(b.ordered(3));
  b.out.clear();
  b.tell(page(b, 0, {2, 3}, 3));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.unicasts(2) == lines{"phx_error 2"});
  CHECK(b.broadcasts().empty());
  CHECK(b.commands() == lines{"leave 3", "leave 4"});
  CHECK(b.out.catch_ups_lost == 2);
  CHECK(b.under.channels() == 0);
}

TEST_CASE("a push under way when the place was lost is still answered, though nobody is in") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.tell(b.ordered(3));
  b.tell(page(b, 0, {2, 3}, 3));  // a gap remains, which ends the channel
  b.out.clear();
  b.tell(b.ordered(4, number, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  CHECK(b.broadcasts().empty());
}

TEST_CASE("its own event waits while an answer before it is lost, and everything is sent again") {
  edge_fixture b;
  b.enter(1);
  const auto lost = b.push(1, "2", "no");
  const auto second = b.push(1, "3");
  b.out.clear();
  b.tell(b.ordered(1, second, 1));
  CHECK(b.unicasts(1).empty());
  CHECK(b.broadcasts().empty());
  CHECK(b.commands() == lines{"push " + std::to_string(lost), "push " + std::to_string(second)});
  CHECK(b.out.resent == 2);
  b.out.clear();
  auto refused = b.answer(told::refused, lost, 1);
  refused.why = errc::rate_limited;
  b.tell(refused);
  CHECK(b.unicasts(1) == lines{"reply 2 rate limited", "reply 3 ok"});
  CHECK(b.broadcasts() == lines{"msg 1"});  // after its reply: unicasts are written first
  CHECK(b.under.is_idle());
}

TEST_CASE("what has no answer for a whole tick is sent again, and not before") {
  edge_fixture b;
  b.enter(1);
  b.push(1, "2");
  b.out.clear();
  b.under.tick(b.out);
  CHECK(b.commands().empty());
  b.under.tick(b.out);
  CHECK(b.commands() == lines{"push 2"});
  b.tell(b.ordered(1, 2, 1));
  b.out.clear();
  b.under.tick(b.out);
  b.under.tick(b.out);
  CHECK(b.commands().empty());
}

TEST_CASE("an answer that comes twice answers once, and one of another edge nothing") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.out.clear();
  auto foreign = b.answer(told::done, number, 1);
  foreign.origin.incarnation = 8;
  b.tell(foreign);
  CHECK(b.unicasts(1).empty());
  b.tell(b.ordered(1, number, 1));
  b.tell(b.ordered(1, number, 1));
  b.tell(b.answer(told::repeated, number, 1, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("an own event that others' edges had first is still the late answer to its push") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.tell(b.ordered(2));
  b.out.clear();
  auto all = page(b, 0, {}, 2);
  all.events = {cluster::share(b.ordered(1, number, 1)), cluster::share(b.ordered(2))};
  b.tell(all);
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("a room that starts anew ends the channels, and what comes from before is dropped") {
  edge_fixture b;
  b.enter(1);
  const auto late = b.ordered(1);
  b.incarnation = 2;
  b.tell(b.answer(told::crashed, 0, 0));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.under.channels() == 0);
  b.enter(1, 0, "5");
  b.tell(late);
  CHECK(b.broadcasts().empty());
  b.tell(b.ordered(1));
  CHECK(b.broadcasts() == lines{"msg 1"});
}

TEST_CASE("whatever comes from a new life first ends the channels of the one before") {
  const auto kind = GENERATE(told::ordered, told::notification, told::head, told::left, told::page);
  edge_fixture b;
  b.enter(1);
  b.incarnation = 2;
  b.tell(b.answer(kind, 0, 0, 1));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.under.channels() == 0);
  CHECK(b.under.subscribed_by_loop() == std::vector<std::uint32_t>{0});
}

TEST_CASE("a join whose answer is of the new life goes on where the new life stands") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.join(2, "4");
  b.out.clear();
  b.incarnation = 2;
  b.tell(b.answer(told::joined, number, 2, 9));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.unicasts(2) == lines{"reply 4 ok"});
  b.out.clear();
  b.tell(b.ordered(10));
  CHECK(b.broadcasts() == lines{"msg 10"});
}

TEST_CASE(
    "where nobody is in, a later join does not set the place while an earlier is unanswered") {
  edge_fixture b;
  const auto first = b.join(1, "1");
  const auto push = b.push(1, "2");
  const auto second = b.join(2, "3");
  b.out.clear();
  b.tell(b.answer(told::joined, second, 2, 1));  // the two previous answers were lost
  CHECK(b.out.unicasts.empty());
  b.tell(b.answer(told::joined, first, 1, 0));
  b.tell(b.ordered(1, push, 1));
  CHECK(b.unicasts(1) == lines{"reply 1 ok", "reply 2 ok"});
  CHECK(b.broadcasts() == lines{"msg 1"});
  b.tell(b.answer(told::joined, second, 2, 1));
  CHECK(b.unicasts(2) == lines{"reply 3 ok"});
}
