// SPDX-License-Identifier: Apache-2.0
// Server API requests at a room: reading its state (query) and publishing events.
#include <nlohmann/json.hpp>

#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::event;
using numbers = std::vector<std::uint64_t>;

namespace {

/// A query is not ordered with commands; its number only identifies the request.
event query(room_fixture& b, std::optional<std::uint32_t> events = {},
            std::optional<position> since = {}, bool wants_presence = false) {
  auto asked = b.command(room_fixture::command_kind::query, 0);
  --b.numbers[room_fixture::here.node.value];
  asked.number = 77;
  asked.history = events;
  asked.from_position = std::move(since);
  asked.wants_side_state = wants_presence;
  return b.answer(asked);
}

cluster::command publishing(room_fixture& b, const std::string& name,
                            const std::string& idempotency_key = {}) {
  auto out = b.pushing(0, name);
  out.kind = room_fixture::command_kind::publish;
  out.idempotency_key = idempotency_key;
  return out;
}

}  // namespace

TEST_CASE("a query reports the position and the number of members and changes nothing") {
  room_fixture b;
  b.join(1);
  b.join(2);
  b.push(1, "msg");
  const auto notes = b.notes.size();
  const auto got = query(b);
  CHECK(got.kind == cluster::event_kind::snapshot);
  CHECK(got.epoch_text == "e1");
  CHECK(got.at == offset{1});
  CHECK(got.members == 2);
  CHECK(got.events.empty());
  CHECK(got.side_state.empty());
  CHECK(b.notes.size() == notes);
  CHECK(b.push(1, "msg").at == offset{2});
}

TEST_CASE("a history query returns the oldest held events up to its limit") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "msg");
  CHECK(offsets_of(query(b, 100)) == numbers{3, 4, 5});
  CHECK(offsets_of(query(b, 2)) == numbers{3, 4});
  CHECK_FALSE(query(b, 2).recovered);
}

TEST_CASE("a history query from a position returns later events or says that some are lost") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "msg");
  const auto next = query(b, 100, position{"e1", offset{3}});
  CHECK(offsets_of(next) == numbers{4, 5});
  CHECK(next.recovered == true);
  CHECK(query(b, 100, position{"e1", offset{5}}).events.empty());
  for (const auto& lost :
       {position{"e1", offset{1}}, position{"e1", offset{6}}, position{"other", offset{4}}}) {
    const auto got = query(b, 100, lost);
    CHECK(offsets_of(got) == numbers{3, 4, 5});
    CHECK(got.recovered == false);
  }
}

TEST_CASE("a history query omits expired events") {
  auto rule = without_presence();
  rule.history.age_ms_max = 1'000;
  room_fixture b(rule);
  b.join(1);
  b.push(1, "msg");
  b.now += milliseconds(1'000);
  CHECK(query(b, 100).events.empty());
}

TEST_CASE("a presence query lists every member in one text") {
  room_fixture b(room_rule{});
  b.join(1);
  b.join(2);
  const auto got = query(b, {}, {}, true);
  REQUIRE(got.side_state.size() == 1);
  CHECK(got.side_state[0].first == "presence_state");
  const auto list = nlohmann::json::parse(got.side_state[0].second.data.view());
  std::size_t metas = 0;
  for (const auto& each : list) metas += each.at("metas").size();
  CHECK(metas == 2);
}

TEST_CASE("a presence query does not count as a state that was sent to clients") {
  const bool is_sent = GENERATE(false, true);
  CAPTURE(is_sent);
  room_fixture b(room_rule{});
  const auto join = [&b](std::uint64_t member) {
    auto asked = b.command(room_fixture::command_kind::join, member);
    asked.user = "user" + std::to_string(member);
    // The state is too large for the answers of joins.
    asked.payload = {slice::of(bytes_ptr::copy(R"({"text":")" + std::string(20'000, 'x') + "\"}"))};
    return b.answer(asked);
  };
  join(1);
  b.tick(milliseconds(50));
  REQUIRE(join(2).side_state.empty());
  CHECK(query(b, {}, {}, true).side_state.size() == 1);
  if (is_sent) {
    auto asked = b.command(room_fixture::command_kind::fetch, 1);
    asked.number = 0;
    --b.numbers[room_fixture::here.node.value];
    asked.side_state.emplace();
    asked.page_bytes = 100'000;
    REQUIRE(b.answer(asked).side_state.size() == 1);
  }
  b.leave(2);
  // Only clients that have seen member 2 must be told that it left.
  CHECK(b.tick(milliseconds(50)).size() == (is_sent ? 1 : 0));
}

TEST_CASE("a presence query lists nobody if the room sends no full presence") {
  auto rule = room_rule{};
  SECTION("mode count") { rule.presence.mode = presence_mode::count; }
  SECTION("mode off") { rule.presence.mode = presence_mode::off; }
  SECTION("more members than full_max") { rule.presence.full_max = 1; }
  room_fixture b(rule);
  b.join(1);
  b.join(2);
  const auto got = query(b, {}, {}, true);
  CHECK(got.side_state.empty());
  CHECK(got.members == 2);
}

TEST_CASE("a publish gets its offset although its sender is no member") {
  room_fixture b;
  const auto got = b.answer(publishing(b, "msg"));
  CHECK(got.kind == cluster::event_kind::ordered);
  CHECK(got.at == offset{1});
  CHECK(got.name == "heard msg");
  CHECK(b.room.members() == 0);
  check_refused(b.push(1, "msg"), errc::unmatched_topic);
}

TEST_CASE("a publish command that arrives twice is applied once") {
  room_fixture b;
  const auto asked = publishing(b, "msg");
  b.apply(asked);
  CHECK(b.apply(asked).size() == 1);
  CHECK(b.room.head() == offset{1});
}

TEST_CASE("a publish with a key is deduplicated even if the rule names no field") {
  room_fixture b;
  CHECK(b.answer(publishing(b, "msg", "sx")).at == offset{1});
  const auto again = b.answer(publishing(b, "msg", "sx"));
  CHECK(again.kind == cluster::event_kind::repeated);
  CHECK(again.at == offset{1});
  CHECK(b.answer(publishing(b, "msg", "sy")).at == offset{2});
}

TEST_CASE("a key of a publish never matches the same key of a member") {
  room_fixture b;
  b.join(1);
  auto pushed = b.pushing(1, "msg");
  pushed.idempotency_key = "sx";
  b.answer(pushed);
  CHECK(b.answer(publishing(b, "msg", "sx")).kind == cluster::event_kind::ordered);
}

TEST_CASE("a room handler may refuse a publish and its exception is answered") {
  room_fixture b;
  check_refused(b.answer(publishing(b, "no")), errc::rate_limited);
  const auto got = b.apply(publishing(b, "boom"));
  REQUIRE(got.size() == 2);
  check_refused(*got[1], errc::join_crashed);
}

TEST_CASE("a closed room refuses a publish") {
  room_fixture b;
  b.room.close(true);
  check_refused(b.answer(publishing(b, "msg")), errc::unavailable);
}
