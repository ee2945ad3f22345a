// SPDX-License-Identifier: Apache-2.0
// The owner's answers: members, order, room kinds, crashes. See also room_history_test.cpp (history
// and resume) and room_repeats_test.cpp (duplicates and early commands).
#include "actors/room/room.hpp"

#include "actors/room/kinds/relay_handler.hpp"
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("a join is answered with the room's epoch and head") {
  room_fixture b;
  const auto first = b.join(1);
  CHECK(first.epoch_text == "e1");
  CHECK(first.epoch_number == epoch{1});
  CHECK(first.epoch_number == epoch{1});
  CHECK(first.at == offset{0});
  CHECK_FALSE(as<events::joined>(first).recovered);
  b.push(1, "msg");
  CHECK(b.join(2).at == offset{1});
  CHECK(b.room.members() == 2);
}

TEST_CASE("connections of two nodes with the same id are two members") {
  room_fixture b;
  b.join(1, room_fixture::here);
  b.join(1, room_fixture::there);
  CHECK(b.room.members() == 2);
  b.leave(1);
  CHECK(b.room.members() == 1);
}

TEST_CASE("each push gets the next offset without gaps even between refused pushes") {
  room_fixture b;
  b.join(1);
  for (std::uint64_t at = 1; at <= 5; ++at) {
    const auto got = b.push(1, "msg");
    CHECK(is<events::ordered>(got));
    CHECK(got.at == offset{at});
    CHECK(got.epoch_text == "e1");
    check_refused(b.push(1, "no"), errc::rate_limited);
    check_refused(b.push(2, "msg"), errc::unmatched_topic);
  }
  CHECK(b.room.head() == offset{5});
}

TEST_CASE("an event has the time of the wall clock, also if that is set back") {
  room_fixture b;
  b.join(1);
  const auto time_of = [](const cluster::event& got) { return as<events::ordered>(got).time_ms; };
  CHECK(time_of(b.push(1, "msg")) == 1'700'000'000'000);
  b.wall_time_ms += 5;
  CHECK(time_of(b.push(1, "msg")) == 1'700'000'000'005);
  b.wall_time_ms -= 1'000;
  CHECK(time_of(b.push(1, "msg")) == 1'699'999'999'005);
  const auto held = b.fetch(0).events;
  REQUIRE(held.size() == 3);
  CHECK(time_of(*held[1]) == 1'700'000'000'005);
}

TEST_CASE("members receive the event that the room handler returns for a push") {
  room_fixture b;
  b.join(1);
  const auto got = as<events::ordered>(b.push(1, "msg"));
  CHECK(got.name == "heard msg");
  CHECK(got.payload.data.view() == "data");
  CHECK(got.payload.is_binary());
}

TEST_CASE("the relay handler passes events on unchanged") {
  handler_runner under(std::make_unique<relay_handler>(), 0);
  handler_runner::effects out;
  const auto body = json_payload("{}");
  CHECK_FALSE(under.message({}, {"msg", body}, {}, out));
  REQUIRE(out.size() == 1);
  const auto& got = std::get<broadcast_effect>(out[0]);
  CHECK(got.event == "msg");
  CHECK(got.payload.data.view() == "{}");
  CHECK_FALSE(got.payload.is_binary());
  CHECK_FALSE(got.skips_sender);
}

TEST_CASE("with echo false each event is marked to skip its sender") {
  auto rule = without_presence();
  for (const bool echo : {true, false}) {
    rule.echo = echo;
    room_fixture b(rule);
    b.join(1);
    CHECK(as<events::ordered>(b.push(1, "msg")).skips_origin != echo);
  }
}

TEST_CASE("a push after a leave is unmatched and a leave is always answered left") {
  room_fixture b;
  CHECK(is<events::left>(b.leave(1)));
  b.join(1);
  CHECK(is<events::left>(b.leave(1)));
  check_refused(b.push(1, "msg"), errc::unmatched_topic);
  CHECK(b.notes == std::vector<std::string>{"made", "joined 1", "left 1"});
}

TEST_CASE("a full room refuses new members but not a second join and has room after a leave") {
  auto small = without_presence();
  small.members_max = 2;
  room_fixture b(small);
  b.join(1);
  b.join(2);
  check_refused(b.join(3), errc::room_full);
  CHECK(is<events::joined>(b.join(2)));
  CHECK(b.room.members() == 2);
  b.leave(1);
  CHECK(is<events::joined>(b.join(3)));
}

TEST_CASE("a room handler may refuse a join and refusing a second join ends the first") {
  room_fixture b;
  b.join(1);
  b.push(1, "close");
  check_refused(b.join(2), errc::unauthorized);
  CHECK(b.room.members() == 1);
  check_refused(b.join(1), errc::unauthorized);
  CHECK(b.room.members() == 0);
  check_refused(b.push(1, "msg"), errc::unmatched_topic);
}

TEST_CASE("a closed room refuses joins as unavailable and its members continue") {
  room_fixture b;
  b.join(1);
  b.room.close(true);
  check_refused(b.join(2), errc::unavailable);
  CHECK(is<events::ordered>(b.push(1, "msg")));
  b.room.close(false);
  CHECK(is<events::joined>(b.join(2)));
}

TEST_CASE("a room whose store is full refuses pushes unapplied, and one whose queue is full all") {
  room_fixture it;
  it.join(1);
  it.room.set_admission(room::admission::no_pushes);
  check_refused(it.push(1, "x"), errc::unavailable);
  as<events::joined>(it.join(2));
  it.room.set_admission(room::admission::only_leaves);
  check_refused(it.push(1, "x"), errc::unavailable);
  check_refused(it.join(3), errc::unavailable);
  as<events::left>(it.leave(2));
  CHECK(it.room.head() == offset{});
  it.room.set_admission(room::admission::everything);
  as<events::ordered>(it.push(1, "x"));
}
