// SPDX-License-Identifier: Apache-2.0
// The edges of a room: which nodes get its events, and how they attach to a new owner.
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using texts = std::vector<std::string>;

std::vector<std::uint64_t> receivers(const room_fixture& b, const cluster::event& event) {
  node_id one;
  std::vector<std::uint64_t> out;
  for (const auto each : b.room.receivers(event, one)) out.push_back(each.value);
  return out;
}

commands::attach attach_of(const std::vector<std::uint64_t>& members, epoch at_epoch = {},
                           std::uint64_t at = 0, const std::vector<std::uint64_t>& undecided = {}) {
  commands::attach out;
  out.epoch_number = at_epoch;
  out.at = offset{at};
  for (const auto each : members)
    out.members.push_back({connection_id{each}, "user " + std::to_string(each), {}, each + 100});
  for (const auto each : undecided) out.undecided.emplace_back(each);
  return out;
}

events::attached attached(room_fixture& b, commands::attach request,
                          cluster::edge_id from = room_fixture::here) {
  for (const auto& each : b.apply(b.unnumbered(std::move(request), 0, 0, from))) {
    if (is<events::attached>(*each)) return as<events::attached>(*each);
  }
  FAIL("the attach was not answered");
  return {};
}

room_rule with_presence() {
  room_rule out;
  out.presence.window_ms = 50;
  return out;
}

}  // namespace

TEST_CASE("events go to the nodes that have sent a command, and answers to their own node") {
  room_fixture b;
  b.join(1);
  CHECK(receivers(b, b.push(1, "x")) == std::vector<std::uint64_t>{3});
  const auto joined = b.join(2, room_fixture::there);
  CHECK(receivers(b, joined) == std::vector<std::uint64_t>{5});
  CHECK(receivers(b, b.push(1, "x")) == std::vector<std::uint64_t>{3, 5});
  CHECK(b.room.others(node_id{3}) == std::vector{node_id{5}});
}

TEST_CASE("a node that detaches gets no more events, unless a newer edge of it has attached") {
  room_fixture b;
  b.join(1);
  b.join(2, room_fixture::there);
  auto detach = b.unnumbered(commands::detach{}, 0, 0, {node_id{5}, 5});
  CHECK(b.apply(detach).empty());
  CHECK(receivers(b, b.push(1, "x")) == std::vector<std::uint64_t>{3, 5});
  detach.id.edge.incarnation = 6;
  CHECK(b.apply(detach).empty());
  CHECK(receivers(b, b.push(1, "x")) == std::vector<std::uint64_t>{3});
  CHECK(b.room.members() == 1);
}

TEST_CASE("an ephemeral event changes nothing in the room") {
  room_fixture b;
  b.join(1);
  CHECK(b.apply(b.unnumbered(commands::ephemeral{"typing", {}}, 1)).empty());
  const auto event = b.room.pass_on({"typing", {}});
  CHECK(as<events::ephemeral>(*event).name == "typing");
  CHECK(b.room.head() == offset{0});
}

TEST_CASE("a command for another ownership is dropped") {
  room_fixture b;
  auto join = b.command(commands::join{}, 1);
  join.ownership = 2;
  CHECK(b.apply(join).empty());
  join.ownership = 1;
  CHECK(b.apply(join).size() == 1);
}

TEST_CASE("an edge that has not attached must attach before its second command") {
  room_fixture b;
  CHECK_FALSE(b.room.must_attach(b.command(commands::join{}, 1)));
  const auto second = b.command(commands::push{}, 1);
  CHECK(b.room.must_attach(second));
  CHECK_FALSE(b.room.must_attach(b.unnumbered(commands::fetch{}, 1)));
  CHECK_FALSE(b.room.must_attach(b.unnumbered(commands::query{}, 0, 77)));
  attached(b, attach_of({}));
  CHECK_FALSE(b.room.must_attach(second));
}

TEST_CASE("the members of an attach join the handler and may push") {
  room_fixture b;
  CHECK(attached(b, attach_of({1, 2})).recovered);
  CHECK(b.notes == texts{"made", "joined 1", "joined 2"});
  CHECK(b.room.members() == 2);
  CHECK(is<events::ordered>(b.push(2, "x")));
}

TEST_CASE("an attach replaces the members of its node except the undecided ones") {
  room_fixture b;
  for (std::uint64_t member = 1; member <= 3; ++member) b.join(member);
  b.join(9, room_fixture::there);
  attached(b, attach_of({1, 4}, epoch{1}, 0, {3}));
  CHECK(b.room.members() == 4);
  CHECK(b.notes.at(b.notes.size() - 2) == "left 2");
  CHECK(b.notes.back() == "joined 4");
}

TEST_CASE("a member that the handler refuses at an attach is kicked") {
  room_fixture b;
  b.join(1);
  b.push(1, "close");
  const auto out = b.apply(b.unnumbered(attach_of({1, 2}, epoch{1}, 1), 0));
  REQUIRE(out.size() == 2);
  CHECK(as<events::kicked>(*out[0]).member.connection == connection_id{2});
  CHECK(is<events::attached>(*out[1]));
  CHECK(b.room.members() == 1);
}

TEST_CASE("the parts of an attach are answered and count together, in order") {
  room_fixture b;
  auto first = attach_of({1});
  auto second = attach_of({2});
  first.parts = second.parts = 2;
  second.part = 1;
  const auto push = b.unnumbered(commands::push{}, 2, 2);
  CHECK(b.apply(b.unnumbered(second, 0)).empty());  // the first part is missing
  CHECK_FALSE(attached(b, first).is_complete);
  CHECK(b.room.members() == 0);
  CHECK(b.room.must_attach(push));
  CHECK(attached(b, second).is_complete);
  CHECK(b.room.members() == 2);
  CHECK_FALSE(b.room.must_attach(push));
  CHECK(b.apply(b.unnumbered(second, 0)).empty());
}

TEST_CASE("an edge whose position is lost is told so, and its members are not taken") {
  auto rule = without_presence();
  rule.history.events_max = 2;
  room_fixture b(rule);
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "x");
  CHECK(attached(b, attach_of({1}, epoch{1}, 3)).recovered);
  CHECK_FALSE(attached(b, attach_of({1}, epoch{1}, 2)).recovered);
  CHECK(b.room.members() == 0);
  CHECK_FALSE(attached(b, attach_of({1}, epoch{7}, 5)).recovered);
}

TEST_CASE("a crash that an edge did not hear of ends its channels") {
  room_fixture b;
  b.join(1);
  b.apply(b.pushing(1, "boom"));
  CHECK_FALSE(attached(b, attach_of({1}, epoch{1}, 0)).recovered);
  CHECK(attached(b, attach_of({1}, epoch{1, 1}, 0)).recovered);
}

TEST_CASE("a newer incarnation of an edge ends the members of the older one") {
  room_fixture b;
  b.join(1);
  const cluster::edge_id next{node_id{3}, 5};
  b.numbers[3] = 0;
  b.apply(b.command(commands::join{}, 2, next));
  CHECK(b.notes == texts{"made", "joined 1", "left 1", "joined 2"});
  CHECK(b.apply(b.unnumbered(attach_of({1}), 0)).empty());  // of the older one
}

TEST_CASE("the members of a node that left are gone in one diff") {
  room_fixture b(with_presence());
  b.join(1);
  for (std::uint64_t member = 5; member <= 7; ++member) b.join(member, room_fixture::there);
  b.tick(milliseconds(50));
  room_fixture::event_list out;
  b.room.node_left(node_id{5}, b.now, out);
  CHECK(out.empty());
  const auto published = b.tick(milliseconds(50));
  REQUIRE(published.size() == 1);
  CHECK(receivers(b, *published[0]) == std::vector<std::uint64_t>{3});
  CHECK(b.room.members() == 1);
}

TEST_CASE("a join that is resent after its node was out of the view makes a member again") {
  room_rule rule;
  rule.members_max = 1;
  room_fixture b(rule);
  const auto join = b.command(commands::join{}, 1);
  const auto first = b.apply(join);
  room_fixture::event_list out;
  b.room.node_left(node_id{3}, b.now, out);
  CHECK(b.room.members() == 0);
  attached(b, attach_of({}, {}, 0, {1}));
  const auto again = b.apply(join);
  CHECK(b.room.members() == 1);
  REQUIRE(again.size() == first.size());
  CHECK(as<events::joined>(*again[0]).at.at == as<events::joined>(*first[0]).at.at);
}

TEST_CASE("while edges attach to a new owner it shows no presence, then they fetch it once") {
  room_fixture b(with_presence());
  b.room.begin_attaching();
  attached(b, attach_of({1}));
  const auto joined = as<events::joined>(b.join(2, room_fixture::there));
  CHECK((!joined.side_state || joined.side_state->entries.empty()));
  CHECK(b.tick(milliseconds(1'000)).empty());
  commands::fetch side;
  side.wants_side_state = true;
  const auto early = as<events::page>(b.answer(b.unnumbered(side, 0)));
  CHECK(early.side_state->entries.empty());
  CHECK(early.side_state->to.is_end());
  room_fixture::event_list out;
  b.room.attaching_finished(b.now, out);
  REQUIRE(out.size() == 1);
  CHECK(as<events::head>(*out[0]).notifications == 1);
  CHECK(b.tick(milliseconds(1'000)).empty());
  const auto whole = as<events::page>(b.answer(b.unnumbered(side, 0)));
  REQUIRE(whole.side_state->entries.size() == 1);
  CHECK(whole.side_state->entries[0].first == "presence_state");
}

TEST_CASE("a room with a limit of members takes joins only when the edges have attached") {
  auto rule = without_presence();
  rule.members_max = 2;
  room_fixture b(rule);
  b.room.begin_attaching();
  attached(b, attach_of({1, 2, 3}));
  const auto join = b.command(commands::join{}, 4);
  CHECK(b.apply(join).empty());
  room_fixture::event_list out;
  b.room.attaching_finished(b.now, out);
  check_refused(*b.apply(join).at(0), errc::room_full);
  CHECK(b.room.members() == 3);
}

TEST_CASE("a new owner keeps all events until the edges have attached") {
  auto rule = without_presence();
  rule.history.events_max = 1;
  room_fixture b(rule);
  b.room.begin_attaching();
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "x");
  CHECK(offsets_of(b.fetch(0).events).size() == 5);
  room_fixture::event_list out;
  b.room.attaching_finished(b.now, out);
  CHECK(offsets_of(b.fetch(0).events).size() == 1);
}
