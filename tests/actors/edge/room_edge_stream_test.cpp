// SPDX-License-Identifier: Apache-2.0
// How an edge handles the owner's events: in order, early, duplicated or lost.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

namespace {

cluster::event page(const edge_fixture& b, std::uint64_t after,
                    const std::vector<std::uint64_t>& offsets, std::uint64_t head,
                    std::uint64_t member = 0) {
  events::page out;
  out.after = offset{after};
  for (const auto at : offsets) out.events.push_back(cluster::share(b.ordered(at)));
  return b.answer(std::move(out), 0, member, head);
}

}  // namespace

TEST_CASE("an early event waits and the edge fetches the missing events once") {
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
  CHECK_FALSE(b.edge.needs_tick());
}

TEST_CASE("events behind one that waits for a lost answer are not fetched again and again") {
  edge_fixture b;
  b.enter(1);
  b.push(1, "2");
  const auto second = b.push(1, "3");
  b.tell(b.ordered(2));
  CHECK(b.commands().back() == "fetch 0");
  b.out.clear();
  events::page missing;
  missing.events = {cluster::share(b.ordered(1, second, 1)), cluster::share(b.ordered(2)),
                    cluster::share(b.ordered(3))};
  b.tell(b.answer(std::move(missing), 0, 0, 3));
  CHECK(b.commands() == lines{"push 2", "push 3"});
  CHECK(b.broadcasts().empty());
}

TEST_CASE("an event over the bound is fetched after the events that were held") {
  edge_fixture b;
  b.enter(1);
  const auto first = b.push(1, "2");
  const auto second = b.push(1, "3");
  b.tell(b.ordered(1, second, 1));
  b.tell(b.ordered(2, 0, 0, room_edge::held_bytes_max));
  b.out.clear();
  b.tell(b.refused(errc::rate_limited, first, 1));
  CHECK(b.broadcasts() == lines{"msg 1"});
  CHECK(b.commands() == lines{"fetch 1"});
}

TEST_CASE("a missing event that arrives late releases the waiting events") {
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

TEST_CASE("a duplicate event is broadcast once") {
  edge_fixture b;
  b.enter(1);
  for (std::uint64_t at : {1, 1, 2, 1, 2}) b.tell(b.ordered(at));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("a head event reveals that the last events are missing") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.of_room(events::head{}, 0));
  CHECK(b.commands().empty());
  b.tell(b.of_room(events::head{}, 2));
  CHECK(b.commands() == lines{"fetch 0"});
  b.tell(page(b, 0, {1, 2}, 2));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("an edge without members ignores the head") {
  edge_fixture b;
  b.join(1, "1");
  b.out.clear();
  b.tell(b.of_room(events::head{}, 5));
  b.tell(b.ordered(5));
  CHECK(b.commands().empty());
  CHECK(b.broadcasts().empty());
}

TEST_CASE("a page that is not the last one causes the next fetch") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.of_room(events::head{}, 4));
  b.out.clear();
  b.tell(page(b, 0, {1, 2}, 4));
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
  CHECK(b.commands() == lines{"fetch 2"});
}

TEST_CASE("a lost fetch is resent after a second") {
  edge_fixture b;
  b.enter(1);
  b.tell(b.ordered(2));
  b.out.clear();
  CHECK(b.edge.needs_tick());
  b.tick();
  CHECK(b.commands().empty());
  b.tick();
  CHECK(b.commands() == lines{"fetch 0"});
}

TEST_CASE("a gap that cannot be filled ends the channels and the owner gets a leave for each") {
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
  CHECK(b.edge.channels() == 0);
}

TEST_CASE("a push in flight when the edge loses its position is still answered") {
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

TEST_CASE("an own event waits for a lost earlier answer and all commands are resent") {
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
  b.tell(b.refused(errc::rate_limited, lost, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 rate limited", "reply 3 ok"});
  CHECK(b.broadcasts() == lines{"msg 1"});  // after its reply: unicasts are written first
  CHECK(b.edge.is_idle());
}

TEST_CASE("a duplicate answer replies once and an answer for another edge is ignored") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.out.clear();
  auto foreign = b.answer(events::done{}, number, 1);
  as<events::done>(foreign).command.edge.incarnation = 8;
  b.tell(foreign);
  CHECK(b.unicasts(1).empty());
  b.tell(b.ordered(1, number, 1));
  b.tell(b.ordered(1, number, 1));
  b.tell(b.answer(events::repeated{}, number, 1, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("an own event that arrives in a page answers its push") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.tell(b.ordered(2));
  b.out.clear();
  auto all = page(b, 0, {}, 2);
  as<events::page>(all).events = {cluster::share(b.ordered(1, number, 1)),
                                  cluster::share(b.ordered(2))};
  b.tell(all);
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
}

TEST_CASE("a room restart ends the channels and events of the old incarnation are dropped") {
  edge_fixture b;
  b.enter(1);
  const auto late = b.ordered(1);
  b.incarnation = 2;
  b.tell(b.of_room(events::crashed{}));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.edge.channels() == 0);
  b.enter(1, 0, "5");
  b.tell(late);
  CHECK(b.broadcasts().empty());
  b.tell(b.ordered(1));
  CHECK(b.broadcasts() == lines{"msg 1"});
}

TEST_CASE("the first event of a new incarnation ends the channels of the old one") {
  edge_fixture b;
  b.enter(1);
  b.incarnation = 2;
  const lines::size_type kind = GENERATE(0U, 1U, 2U, 3U, 4U);
  const std::vector<cluster::event> first = {
      b.answer(events::ordered{}, 0, 0, 1), b.of_room(events::notification{}, 1),
      b.of_room(events::head{}, 1), b.answer(events::left{}, 0, 0, 1),
      b.answer(events::page{}, 0, 0, 1)};
  b.tell(first[kind]);
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.edge.channels() == 0);
  CHECK(b.edge.subscribed_by_loop() == std::vector<std::uint32_t>{0});
}

TEST_CASE("a join answered by a new incarnation continues at the position of that incarnation") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.join(2, "4");
  b.out.clear();
  b.incarnation = 2;
  b.tell(b.answer(events::joined{}, number, 2, 9));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  CHECK(b.unicasts(2) == lines{"reply 4 ok"});
  b.out.clear();
  b.tell(b.ordered(10));
  CHECK(b.broadcasts() == lines{"msg 10"});
}

TEST_CASE(
    "without members a later join does not set the position before an earlier one is answered") {
  edge_fixture b;
  const auto first = b.join(1, "1");
  const auto push = b.push(1, "2");
  const auto second = b.join(2, "3");
  b.out.clear();
  b.tell(b.answer(events::joined{}, second, 2, 1));  // the two previous answers were lost
  CHECK(b.out.unicasts.empty());
  b.tell(b.answer(events::joined{}, first, 1, 0));
  b.tell(b.ordered(1, push, 1));
  CHECK(b.unicasts(1) == lines{"reply 1 ok", "reply 2 ok"});
  CHECK(b.broadcasts() == lines{"msg 1"});
  b.tell(b.answer(events::joined{}, second, 2, 1));
  CHECK(b.unicasts(2) == lines{"reply 3 ok"});
}
