// SPDX-License-Identifier: Apache-2.0
// Commands that arrive twice or too early, or with an idempotency value seen before.
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::event;

namespace {

room_rule with_field() {
  auto out = without_presence();
  out.idempotency_field = "id";
  return out;
}

event push_once(room_fixture& b, std::uint64_t member, const std::string& value,
                const std::string& user = "ann") {
  auto asked = b.pushing(member, "msg");
  as<commands::push>(asked).idempotency_key = value;
  as<commands::push>(asked).user = user;
  return b.answer(asked);
}

void check_repeated(const event& got, const std::string& in, std::uint64_t at) {
  const auto& repeated = as<events::repeated>(got);
  CHECK(repeated.at.epoch == in);
  CHECK(repeated.at.at == offset{at});
}

}  // namespace

TEST_CASE("a repeated push command is applied once and answered with the same event") {
  room_fixture b;
  b.join(1);
  const auto asked = b.pushing(1, "msg");
  const auto first = b.apply(asked);
  b.push(1, "msg");
  const auto again = b.apply(asked);
  REQUIRE(again.size() == 1);
  CHECK(again[0] == first[0]);
  CHECK(b.room.head() == offset{2});
}

TEST_CASE("a repeated push whose event is not held is answered with its position") {
  auto rule = without_presence();
  rule.history.events_max = 1;
  room_fixture b(rule);
  b.join(1);
  const auto asked = b.pushing(1, "msg");
  b.answer(asked);
  b.push(1, "msg");
  check_repeated(b.answer(asked), "e1", 1);
}

TEST_CASE("a push repeated after a crash is answered with its position in the new incarnation") {
  room_fixture b;
  b.join(1);
  const auto asked = b.pushing(1, "msg");
  b.answer(asked);
  b.apply(b.pushing(1, "boom"));
  const auto got = b.answer(asked);
  check_repeated(got, "e1", 1);
  CHECK(got.epoch_number == epoch{1, 1});  // an edge would drop an answer of an earlier incarnation
}

TEST_CASE("repeated refusals and leaves and updates are answered as before") {
  room_fixture b;
  b.join(1);
  const auto refused = b.pushing(1, "no");
  const auto marks = b.command(commands::update_meta{}, 1);
  const auto leaves = b.command(commands::leave{}, 1);
  for (const auto& each : {refused, marks, leaves}) {
    const auto first = b.answer(each);
    const auto again = b.answer(each);
    CHECK(again.body.index() == first.body.index());
    if (is<events::refused>(first)) check_refused(again, as<events::refused>(first).why);
  }
  CHECK(b.notes == std::vector<std::string>{"made", "joined 1", "left 1"});
}

TEST_CASE("a repeated join is answered with its first position and joins once") {
  room_fixture b;
  b.join(1);
  commands::join join;
  join.resume = position{"e1", offset{0}};
  const auto asked = b.command(join, 2);
  CHECK(as<events::joined>(b.answer(asked)).at.at == offset{0});
  b.push(1, "msg");
  const auto again = b.answer(asked);
  CHECK(as<events::joined>(again).at.at == offset{0});
  CHECK(again.at == offset{1});  // later events are not part of `missed`
  CHECK(as<events::joined>(again).missed == 0);
  CHECK(b.room.members() == 2);
  CHECK(b.notes.size() == 3);
}

TEST_CASE("a repeated join from above the old head is still not recovered after the head rose") {
  room_fixture b;
  b.join(1);
  commands::join join;
  join.resume = position{"e1", offset{2}};
  const auto asked = b.command(join, 2);
  CHECK(as<events::joined>(b.answer(asked)).recovered == false);
  for (int i = 0; i < 3; ++i) b.push(1, "msg");
  const auto again = as<events::joined>(b.answer(asked));
  CHECK(again.recovered == false);
  CHECK(again.missed == 0);
  CHECK(again.events.empty());
}

TEST_CASE("a join repeated after a crash is refused because the member is gone") {
  room_fixture b;
  b.join(1);
  const auto asked = b.command(commands::join{}, 2);
  b.answer(asked);
  b.apply(b.pushing(1, "boom"));
  check_refused(b.answer(asked), errc::join_crashed);
  CHECK(b.room.members() == 0);
}

TEST_CASE("the command that crashed the room is answered as before when it is repeated") {
  room_fixture b;
  b.join(1);
  const auto asked = b.pushing(1, "boom");
  b.apply(asked);
  check_refused(b.answer(asked), errc::join_crashed);
  CHECK(b.incarnations == 2);
}

TEST_CASE("an answer that the edge has acknowledged is not sent again") {
  room_fixture b;
  b.join(1);
  const auto asked = b.pushing(1, "msg");
  b.answer(asked);
  auto next = b.pushing(1, "msg");
  next.answered = asked.id.number;
  b.answer(next);
  CHECK(b.apply(asked).empty());
  CHECK(b.apply(next).size() == 1);
}

TEST_CASE("a command ahead of a missing one is ignored until it is resent") {
  room_fixture b;
  b.join(1);
  const auto first = b.pushing(1, "one");
  const auto second = b.pushing(1, "two");
  CHECK(b.apply(second).empty());
  CHECK(b.answer(first).at == offset{1});
  CHECK(b.answer(second).at == offset{2});
}

TEST_CASE("each edge has its own command numbers") {
  room_fixture b;
  b.join(1, room_fixture::here);
  CHECK(is<events::joined>(b.join(1, room_fixture::there)));
  CHECK(b.room.members() == 2);
}

TEST_CASE("a repeated key of a user is answered with the first position and nothing else is sent") {
  room_fixture b(with_field());
  b.join(1);
  b.join(2);
  CHECK(push_once(b, 1, "x").at == offset{1});
  CHECK(push_once(b, 1, "y").at == offset{2});
  check_repeated(push_once(b, 1, "x"), "e1", 1);
  check_repeated(push_once(b, 2, "x"), "e1", 1);  // another connection of the same user
  CHECK(push_once(b, 2, "x", "bob").at == offset{3});
  CHECK(push_once(b, 1, "").at == offset{4});
  CHECK(push_once(b, 1, "").at == offset{5});
  CHECK(b.room.head() == offset{5});
  CHECK(offsets_of(b.fetch(0).events) == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  CHECK(b.tick(milliseconds(1'000)).empty());
}

TEST_CASE("a key survives a crash and expires when the window and history have passed") {
  auto rule = with_field();
  rule.history.events_max = 1;
  room_fixture b(rule);
  b.join(1);
  push_once(b, 1, "x");
  push_once(b, 1, "y");
  b.apply(b.pushing(1, "boom"));
  b.join(1);
  b.now += milliseconds(119'999);
  check_repeated(push_once(b, 1, "x"), "e1", 1);
  b.now += milliseconds(1);
  CHECK(push_once(b, 1, "x").at == offset{3});
}

TEST_CASE("a key of a refused push may be pushed again") {
  room_fixture b(with_field());
  b.join(1);
  auto asked = b.pushing(1, "no");
  as<commands::push>(asked).idempotency_key = "x";
  as<commands::push>(asked).user = "ann";
  check_refused(b.answer(asked), errc::rate_limited);
  CHECK(is<events::ordered>(push_once(b, 1, "x")));
}
