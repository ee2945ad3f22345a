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
  CHECK(is<events::crashed>(*out[0]));
  CHECK(out[0]->topic->name == "room:1");
  CHECK(out[0]->epoch_number == epoch{1, 1});
  check_refused(*out[1], errc::join_crashed);
  CHECK(command_of(*out[1]) == failing.id);
  CHECK(b.room.members() == 0);
  check_refused(b.push(1, "msg"), errc::unmatched_topic);
  CHECK(is<events::joined>(b.join(1)));
}

TEST_CASE("a crash begins a new epoch and offsets continue") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg");
  b.apply(b.pushing(1, "boom"));
  const auto again = b.join(1);
  CHECK(again.epoch_text == "e2");
  CHECK(again.epoch_number == epoch{1, 1});
  CHECK(again.epoch_number == epoch{1, 1});
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
  CHECK(as<events::ordered>(b.push(1, "msg")).skips_origin);
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
  CHECK(is<events::ordered>(b.push(3, "msg")));
}

TEST_CASE("idempotency keys beyond a new limit are evicted and the others are kept") {
  room_fixture b;
  b.join(1);
  const auto push_once = [&b](const char* value) {
    auto asked = b.pushing(1, "msg");
    as<commands::push>(asked).idempotency_key = value;
    return b.answer(asked);
  };
  push_once("x");
  push_once("y");
  auto rule = without_presence();
  rule.idempotency_bytes_max = b.room.held().idempotency / 2;  // enough for one value
  b.room.use(rule, b.now);
  CHECK(is<events::repeated>(push_once("y")));
  CHECK(is<events::ordered>(push_once("x")));
}

TEST_CASE("receipts beyond a new limit are evicted oldest first") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg");
  for (const auto* user : {"ann", "bob", "cyd"}) {
    const commands::mark_read mark{user, {"e1", offset{1}}};
    CHECK(is<events::done>(b.answer(b.command(mark, 1))));
  }
  auto rule = without_presence();
  rule.receipts.users_max = 1;
  b.room.use(rule, b.now);
  const auto joined = as<events::joined>(b.join(2));
  REQUIRE(joined.side_state->entries.size() == 1);
  const std::string receipts(joined.side_state->entries[0].second.data.view());
  CHECK(receipts.find("cyd") != receipts.npos);
  CHECK(receipts.find("ann") == receipts.npos);
}
