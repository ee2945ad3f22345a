// SPDX-License-Identifier: Apache-2.0
// Catching up: missed events come with the join's reply, in pages that the fan-out requests, and
// from the owner if the edge no longer holds them.
#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/catch_up_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using bench = catch_up_fixture;
using lines = std::vector<std::string>;
using stage = cluster::side_state_cursor::stage;

TEST_CASE("few missed events come with the join reply and complete the catch-up") {
  bench b;
  b.enter(1, 5);
  b.resume(2, 5, 3, 10);
  CHECK(b.unicasts(2) == lines{"reply 9 ok", "msg 3", "msg 4", "msg 5"});
  CHECK(b.out.unicasts.back().action == unicast::action_kind::subscribe);
  CHECK(b.given().to.is_end());
  CHECK(b.given().from.next == offset{3});
  b.resume(5, 5, 0);
  CHECK(b.out.unicasts.back().page == nullptr);
}

TEST_CASE("a page that found no room is rebuilt from the current events") {
  bench b;
  b.enter(1);
  b.hold_recent_events();
  b.give(1, 3);
  b.resume(0, 3, 3);
  b.ask();
  const auto dropped = b.given();
  CHECK(b.unicasts(2) == lines{"msg 1", "msg 2"});
  b.ask(dropped.from);
  CHECK(b.unicasts(2) == lines{"msg 1", "msg 2"});
  b.ask();
  CHECK(b.unicasts(2) == lines{"msg 3"});
  CHECK(b.given().to.is_end());
  const auto last = b.given().from;
  b.tell(b.ordered(4));
  b.ask(last);
  CHECK(b.unicasts(2) == lines{"msg 3", "msg 4"});
}

TEST_CASE("an event during a catch-up reaches the member once and in order") {
  bench b;
  b.enter(1);
  b.hold_recent_events();
  b.give(1, 3);
  b.resume(0, 3, 3);
  b.ask();
  b.tell(b.ordered(4));
  CHECK(b.broadcasts() == lines{"msg 4"});
  b.ask(b.given().to);
  CHECK(b.unicasts(2) == lines{"msg 3", "msg 4"});
  CHECK(b.given().to.is_live());
}

TEST_CASE("an edge fetches events that it no longer holds from the owner one page at a time") {
  bench b;
  b.enter(1);
  b.give(1, 20);  // the edge holds the last 8 events
  b.resume(0, 20, 3);
  b.ask();
  CHECK(b.out.unicasts.empty());
  CHECK(b.commands() == lines{"fetch 0"});
  CHECK(b.out.commands[0].id.member == connection_id{2});
  b.out.clear();
  b.tell(b.page(0, 3, 20));
  CHECK(b.unicasts(2) == lines{"msg 1", "msg 2"});
  b.ask();
  CHECK(b.commands() == lines{"fetch 2"});
}

TEST_CASE("an event larger than a page is sent alone") {
  bench b;
  b.enter(1);
  b.hold_recent_events();
  for (std::uint64_t at = 1; at <= 2; ++at) b.tell(b.ordered(at, 0, 0, 200'000));
  b.resume(0, 2, 1, 200'000);
  b.ask();
  CHECK(b.commands() == lines{"fetch 0"});
  b.out.clear();
  auto page = b.page(0, 0, 2);
  for (std::uint64_t at = 1; at <= 2; ++at) {
    as<events::page>(page).events.push_back(cluster::share(b.ordered(at, 0, 0, 200'000)));
  }
  b.tell(page);
  CHECK(b.unicasts(2) == lines{"msg 1"});
  b.ask();
  CHECK(b.unicasts(2) == lines{"msg 2"});
}

TEST_CASE("outdated answers and unrequested pages and late page requests are ignored") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  const auto from = b.given().to;
  b.out.clear();
  b.tell(b.page(0, 3, 20));  // not requested
  CHECK(b.out.unicasts.empty());
  b.ask(from);
  b.out.clear();
  b.tell(b.page(2, 5, 20));
  b.tell(b.side_page({}, {.at = stage::end}, "presence_state"));
  CHECK(b.out.unicasts.empty());
  page_request late{b.edge.self().incarnation, connection_id{2}, b.serials[2] - 1, from, 1'000};
  b.edge.give_page(late, b.out);
  late.member = connection_id{7};
  b.edge.give_page(late, b.out);
  CHECK(b.out.unicasts.empty());
  CHECK(b.out.commands.empty());
}

TEST_CASE("a lost fetch for a member is resent after a second") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.ask();
  b.out.clear();
  b.tick();
  CHECK(b.commands().empty());
  b.tick();
  CHECK(b.commands() == lines{"fetch 0"});
  CHECK(b.out.commands[0].id.member == connection_id{2});
}

TEST_CASE("a page from beyond the position of the edge sends only events up to that position") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(18, 20, 0);
  const auto from = b.given().to;
  b.ask(catch_up_progress{.next = offset{5}, .joined = offset{20}, .side = from.side});
  const auto own = b.push(2, "10");
  b.out.clear();
  auto page = b.page(4, 4, 21);
  auto& given = as<events::page>(page).events;
  given.push_back(cluster::share(b.ordered(5)));
  given.push_back(cluster::share(b.ordered(21, own, 2)));  // its push is not answered yet
  b.tell(page);
  CHECK(b.unicasts(2) == lines{"msg 5"});
}

TEST_CASE("if missed events are no longer held the channel ends and the owner gets a leave") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.ask();
  b.out.clear();
  SECTION("all missed events are gone") { b.tell(b.page(0, 0, 20)); }
  SECTION("the first missed event is gone") {
    auto page = b.page(1, 4, 20);
    as<events::page>(page).after = offset{0};
    b.tell(page);
  }
  CHECK(b.unicasts(2) == lines{"phx_error 9"});
  CHECK(b.out.unicasts.back().action == unicast::action_kind::end_channel);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(is<commands::leave>(b.out.commands[0]));
  CHECK(b.out.commands[0].id.member == connection_id{2});
  CHECK(b.out.catch_ups_lost == 1);
  CHECK(b.edge.channels() == 1);
  CHECK(b.edge.catching_up() == 0);
}

TEST_CASE("a leave in flight when missed events are lost is answered and closes nothing twice") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.ask();
  const auto number = b.leave(2, "10");
  b.out.clear();
  b.tell(b.page(0, 0, 20));
  CHECK(b.unicasts(2) == lines{"phx_error 9"});
  b.out.clear();
  b.tell(b.answer(events::left{}, number, 2));
  CHECK(b.unicasts(2) == lines{"reply 10 ok"});
  // A channel joined after that is closed by its own leave as usual.
  // The answer to the leave that the edge sent for the lost channel.
  b.tell(b.answer(events::left{}, number + 1, 2));
  b.enter(2, 20, "11");
  b.tell(b.answer(events::left{}, b.leave(2, "12"), 2));
  CHECK(b.unicasts(2) == lines{"reply 12 ok", "phx_close 11"});
}

TEST_CASE("a member that leaves while it catches up gets its close and no more pages") {
  bench b;
  b.enter(1);
  b.give(1, 5);
  b.resume(0, 5, 3);
  const auto from = b.given().to;
  const auto number = b.leave(2, "10");
  b.out.clear();
  b.tell(b.answer(events::left{}, number, 2));
  CHECK(b.unicasts(2) == lines{"reply 10 ok", "phx_close 9"});
  CHECK(b.edge.catching_up() == 0);
  b.ask(from);
  CHECK(b.out.unicasts.empty());
}

TEST_CASE("a second join during a catch-up starts over and old page requests are ignored") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  const auto from = b.given().to;
  const auto before = b.serials[2];
  b.ask(from);
  const auto number = b.join(2, "10");
  CHECK(b.out.unicasts.back().action == unicast::action_kind::unsubscribe);
  CHECK(b.edge.catching_up() == 0);
  b.out.clear();
  b.edge.give_page({7, connection_id{2}, before, from, 1'000}, b.out);
  CHECK(b.out.unicasts.empty());
  b.tell(b.answer(events::joined{}, number, 2, 20));
  CHECK(b.unicasts(2) == lines{"reply 10 ok", "phx_close 9"});
  CHECK(b.out.unicasts.back().page == nullptr);
}
