// SPDX-License-Identifier: Apache-2.0
// Commands that an edge sends again to a new owner.
#include "tests/actors/room/stored_room.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("a push that an earlier owner has applied is answered with its position and not again") {
  owners o;
  o.b.join(1);
  const auto asked = o.b.pushing(1, "msg");
  o.b.answer(asked);
  o.load();
  auto join = o.b.command(commands::join{}, 1);
  join.id.number = 1;
  o.answer(join);
  const auto got = as<events::repeated>(o.answer(asked));
  CHECK(got.at.epoch == "e1");
  CHECK(got.at.at == offset{1});
  CHECK(o.next->head() == offset{1});
  CHECK(is<events::repeated>(o.answer(asked)));
  CHECK(o.next->take_records().size() == 1);  // the join: the room is used in this ownership
}

TEST_CASE("a refusal that a later record tells is repeated by the next owner") {
  owners o;
  o.b.join(1);
  const auto refused = o.b.pushing(1, "no");
  o.b.answer(refused);
  o.b.push(1, "msg");
  o.load();
  auto first = refused;
  first.answered = 1;
  check_refused(o.answer(first), errc::rate_limited);
  CHECK(o.b.notes.back() == "made");  // the handler is not asked again
}

TEST_CASE("a command above the last record is applied by the next owner") {
  owners o;
  o.b.join(1);
  o.b.push(1, "msg");
  const auto refused = o.b.pushing(1, "no");
  o.b.answer(refused);
  o.load();
  auto again = refused;
  again.answered = 2;
  check_refused(o.answer(again), errc::unmatched_topic);  // its member has not attached
}

TEST_CASE("a join that an earlier owner has answered makes the member again at its first place") {
  owners o;
  const auto joining = o.b.command(commands::join{}, 1);
  o.b.answer(joining);
  const auto pushing = o.b.pushing(1, "msg");
  o.b.answer(pushing);
  const auto leaving = o.b.command(commands::leave{}, 2);
  o.b.answer(leaving);
  o.b.push(1, "msg");
  o.load();
  CHECK(o.give(pushing).empty());  // the join comes first
  CHECK(as<events::joined>(o.answer(joining)).at.at == offset{0});
  CHECK(o.next->members() == 1);
  CHECK(as<events::repeated>(o.answer(pushing)).at.at == offset{1});
  CHECK(is<events::left>(o.answer(leaving)));
  CHECK(o.next->members() == 1);
  CHECK(as<events::joined>(o.answer(joining)).at.at == offset{0});
}

TEST_CASE("a leave and a change of meta that an earlier owner has applied are applied again") {
  owners o{room_rule{}};
  const auto joining = o.b.command(commands::join{}, 1);
  o.b.answer(joining);
  const commands::update_meta busy{"", json_payload(R"({"mood":"busy"})")};
  const auto describing = o.b.command(busy, 1);
  o.b.answer(describing);
  o.b.push(1, "msg");  // its record tells both
  const auto leaving = o.b.command(commands::leave{}, 1);
  o.b.answer(leaving);
  o.b.join(2);
  o.b.push(2, "msg");
  o.load();
  o.answer(joining);
  CHECK(is<events::done>(o.answer(describing)));
  commands::query asks;
  asks.wants_presence = true;
  const auto seen = as<events::snapshot>(o.answer(o.b.unnumbered(asks, 0, 7)));
  CHECK(seen.presence->data.view().find("busy") != std::string_view::npos);
  auto late = leaving;
  late.answered = 3;
  CHECK(is<events::left>(o.answer(late)));
  CHECK(o.next->members() == 0);
}

TEST_CASE("a push that was applied and whose answer nobody holds has an unknown outcome") {
  owners o;
  o.b.join(1);
  const auto asked = o.b.pushing(1, "msg");
  o.b.answer(asked);
  o.store.checkpoint(o.b.room, o.b.now);
  o.store.snapshot->edges[0].answers.clear();
  o.load();
  auto late = asked;
  late.answered = 1;
  check_refused(o.answer(late), errc::unknown_outcome);
  CHECK(o.next->head() == offset{1});
}

TEST_CASE("an edge continues at the next owner from its first unanswered command") {
  owners o;
  o.b.join(1);
  o.b.push(1, "msg");
  o.b.push(1, "no");  // number 3: in no record, and acknowledged
  o.load();
  auto asked = o.b.command(commands::publish{"msg", {}, {}}, 0);
  asked.answered = 2;
  CHECK(o.give(asked).empty());
  asked.answered = 3;
  CHECK(is<events::ordered>(o.answer(asked)));
}
