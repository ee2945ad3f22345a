// SPDX-License-Identifier: Apache-2.0
// The state of a room that survives a crash of its kind, or a change of its rule.
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::event;

TEST_CASE("a crashed room reports it once and restarts with a new room handler") {
  room_fixture b;
  b.join(1);
  b.push(1, "close");
  const auto failing = b.pushing(1, "boom");
  const auto out = b.apply(failing);
  REQUIRE(out.size() == 2);
  CHECK(out[0]->kind == cluster::event_kind::crashed);
  CHECK(out[0]->why == errc::channel_crash);
  CHECK(out[0]->topic->name == "room:1");
  CHECK(out[0]->incarnation == epoch{2});
  check_refused(*out[1], errc::join_crashed);
  CHECK(out[1]->origin == failing.from);
  CHECK(out[1]->number == failing.number);
  CHECK(b.room.members() == 0);
  check_refused(b.push(1, "msg"), errc::unmatched_topic);
  CHECK(b.join(1).kind == cluster::event_kind::joined);
}

TEST_CASE("a crash begins a new epoch and offsets continue") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.apply(b.pushing(1, "boom"));
  const auto again = b.join(1);
  CHECK(again.epoch_text == "e2");
  CHECK(again.epoch_number == epoch{2});
  CHECK(again.incarnation == epoch{2});
  CHECK(again.at == offset{1});
  CHECK(b.push(1, "msg").at == offset{2});
}

TEST_CASE("a new rule applies at once to members and echo and history") {
  room_fixture b;
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "msg");
  auto rule = without_presence();
  rule.members_max = 1;
  rule.echo = false;
  rule.history.events_max = 2;
  b.room.use(rule, b.now);
  CHECK(b.room.past().size() == 2);
  check_refused(b.join(2), errc::room_full);
  CHECK(b.push(1, "msg").skips_origin);
  CHECK(b.room.past().size() == 2);
  CHECK(b.room.head() == offset{6});
}

TEST_CASE("members above the limit of a new rule stay") {
  room_fixture b;
  for (std::uint64_t member = 1; member <= 3; ++member) b.join(member);
  auto rule = without_presence();
  rule.members_max = 1;
  b.room.use(rule, b.now);
  CHECK(b.room.members() == 3);
  CHECK(b.push(3, "msg").kind == cluster::event_kind::ordered);
}

TEST_CASE("idempotency keys beyond a new limit are evicted and the others are kept") {
  room_fixture b;
  b.join(1);
  const auto push_once = [&b](const char* value) {
    auto asked = b.pushing(1, "msg");
    asked.idempotency_key = value;
    return b.answer(asked).kind;
  };
  push_once("x");
  push_once("y");
  auto rule = without_presence();
  rule.idempotency_bytes_max = b.room.held().idempotency / 2;  // enough for one value
  b.room.use(rule, b.now);
  CHECK(push_once("y") == cluster::event_kind::repeated);
  CHECK(push_once("x") == cluster::event_kind::ordered);
}

TEST_CASE("receipts beyond a new limit are evicted oldest first") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg");
  for (const auto* user : {"ann", "bob", "cyd"}) {
    auto asked = b.command(room_fixture::command_kind::mark_read, 1);
    asked.user = user;
    asked.from_position = position{"e1", offset{1}};
    CHECK(b.answer(asked).kind == cluster::event_kind::done);
  }
  auto rule = without_presence();
  rule.receipts.users_max = 1;
  b.room.use(rule, b.now);
  const auto side_state = b.join(2).side_state;
  REQUIRE(side_state.size() == 1);
  const std::string receipts(side_state[0].second.data.view());
  CHECK(receipts.find("cyd") != receipts.npos);
  CHECK(receipts.find("ann") == receipts.npos);
}
