// SPDX-License-Identifier: Apache-2.0
// The contents of a page besides missed events, and what a page leaves out.
#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/catch_up_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using bench = catch_up_fixture;
using lines = std::vector<std::string>;
using stage = cluster::side_state_cursor::stage;

TEST_CASE("presence and receipts follow the missed events of a join reply") {
  bench b;
  events::joined joined;
  joined.missed = 1;
  joined.events = {cluster::share(b.ordered(1))};
  joined.side_state = side_state_of({"presence_state", "read_receipts"});
  b.tell(b.answer(std::move(joined), b.join(2, "9"), 2, 1));
  CHECK(b.unicasts(2) == lines{"reply 9 ok", "msg 1", "presence_state", "read_receipts"});
  CHECK(b.given().to.is_end());
  CHECK_FALSE(b.given().from.has_side_state());
}

TEST_CASE("a large catch-up sends a page of events then the side state then the other events") {
  bench b;
  b.enter(1);
  b.hold_recent_events();
  b.give(1, 4);
  events::joined joined;
  joined.missed = 4;
  joined.side_state = side_state_of({}, {}, {});  // it is too large for the answer
  for (std::uint64_t at = 1; at <= 2; ++at) {
    joined.events.push_back(cluster::share(b.ordered(at, 0, 0, bench::large)));
  }
  const auto number = b.join(2, "9");
  b.out.clear();
  b.tell(b.answer(std::move(joined), number, 2, 4));
  CHECK(b.unicasts(2) == lines{"reply 9 ok"});
  CHECK_FALSE(b.given().to.is_live());
  CHECK_FALSE(b.given().to.has_side_state());
  b.ask();
  CHECK(b.unicasts(2) == lines{"msg 1", "msg 2"});
  CHECK(b.commands().empty());
  b.ask();
  REQUIRE(b.out.commands.size() == 1);
  CHECK(as<commands::fetch_side_state>(b.out.commands[0]).from == cluster::side_state_cursor{});
  CHECK(as<commands::fetch_side_state>(b.out.commands[0]).bytes_max == 262'144);
  CHECK(b.out.commands[0].id.member == connection_id{2});
  CHECK(b.edge.catching_up() == 2);
  b.out.clear();
  const cluster::side_state_cursor middle{.at = stage::presence, .key = 5, .after = 7, .until = 9};
  b.tell(b.side_page({}, middle, "presence_state"));
  CHECK(b.unicasts(2) == lines{"presence_state"});
  CHECK(b.given().to.has_side_state());
  CHECK(b.edge.catching_up() == 1);
  b.ask();
  CHECK(as<commands::fetch_side_state>(b.out.commands[0]).from == middle);
  b.out.clear();
  b.tell(b.side_page(middle, {.at = stage::end}, "presence_diff"));
  b.ask();
  CHECK(b.unicasts(2) == lines{"msg 3", "msg 4"});
  CHECK(b.given().to.is_end());
}

TEST_CASE("an event that arrives while a member waits for its side state is sent after it") {
  const bool comes = GENERATE(false, true);
  bench b;
  b.enter(2);
  catch_up_progress from;
  from.next = offset{1};  // its outbox had no room for the first page: no broadcasts yet
  b.ask(from);
  b.out.clear();
  if (comes) b.tell(b.ordered(1));
  b.tell(b.side_page({}, {.at = stage::end}, "presence_state"));
  CHECK(b.unicasts(2) == lines{"presence_state"});
  CHECK(b.given().to.is_live() == !comes);
  if (!comes) return;
  b.ask();
  CHECK(b.commands() == lines{"fetch 0"});
  b.out.clear();
  b.tell(b.page(0, 1, 1));
  CHECK(b.unicasts(2) == lines{"msg 1"});
  CHECK(b.given().to.is_end());
}

TEST_CASE("a page of side state overtaken by a notification is requested again") {
  bench b;
  b.enter(2);
  b.ask(catch_up_progress{});
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  b.out.clear();
  b.tell(b.side_page({}, {.at = stage::end}, "presence_state"));
  CHECK(b.out.unicasts.empty());
  REQUIRE(b.out.commands.size() == 1);
  CHECK(as<commands::fetch_side_state>(b.out.commands[0]).from == cluster::side_state_cursor{});
  b.out.clear();
  b.tell(b.side_page({}, {.at = stage::end}, "presence_state", 1));
  CHECK(b.unicasts(2) == lines{"presence_state"});
}

TEST_CASE("the side state of a join answer overtaken by a notification is not sent") {
  bench b;
  b.enter(1);
  b.tell(b.of_room(events::notification{1, "presence_diff", empty_object()}));
  events::joined joined;
  joined.side_state = side_state_of({"presence_state"});
  const auto number = b.join(2, "9");
  b.out.clear();
  b.tell(b.answer(std::move(joined), number, 2));
  CHECK(b.unicasts(2) == lines{"reply 9 ok"});
  CHECK_FALSE(b.given().to.has_side_state());
}

TEST_CASE("with echo false a member gets its own events from before its join and none since") {
  room_rule silent;
  silent.echo = false;
  bench b(silent);
  b.enter(1);
  events::joined joined;
  joined.missed = 3;
  for (std::uint64_t at = 1; at <= 3; ++at) {
    auto own = b.ordered(at, 100 + at, 2);
    as<events::ordered>(own).skips_origin = true;
    joined.events.push_back(cluster::share(own));
    b.give(at, at);
  }
  const auto join = b.join(2, "9");
  b.out.clear();
  b.tell(b.answer(std::move(joined), join, 2, 3));
  CHECK(b.unicasts(2) == lines{"reply 9 ok", "msg 1", "msg 2", "msg 3"});
  const auto number = b.push(2, "10");
  auto since = b.ordered(4, number, 2);
  as<events::ordered>(since).skips_origin = true;
  b.out.clear();
  b.tell(since);
  b.tell(b.ordered(5));
  CHECK(b.unicasts(2) == lines{"reply 10 ok"});
  REQUIRE(b.out.broadcasts.size() == 2);
  CHECK(b.out.broadcasts[0].except == connection_id{2});
}

TEST_CASE("with echo false the pages omit an own event pushed during the catch-up") {
  room_rule silent;
  silent.echo = false;
  bench b(silent);
  b.enter(1);
  b.hold_recent_events();
  b.give(1, 3);
  b.resume(0, 3, 3);
  b.ask();
  const auto from = b.given().to;
  auto own = b.ordered(4, b.push(2, "10"), 2);
  as<events::ordered>(own).skips_origin = true;
  b.tell(own);
  b.tell(b.ordered(5));
  b.ask(from);
  CHECK(b.unicasts(2) == lines{"msg 3", "msg 5"});
  CHECK(b.given().to.is_live());
}

TEST_CASE("a crash ends members that catch up and pages of the old incarnation are dropped") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.ask();
  const auto late = b.page(0, 3, 20);
  b.out.clear();
  b.incarnation = 2;
  b.tell(b.of_room(events::crashed{}));
  CHECK(b.unicasts(2) == lines{"phx_error 9"});
  CHECK(b.edge.catching_up() == 0);
  b.out.clear();
  b.tell(late);
  CHECK(b.out.unicasts.empty());
}
