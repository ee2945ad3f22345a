// SPDX-License-Identifier: Apache-2.0
// Server API requests at a room: reading its state (query) and publishing events.
#include <nlohmann/json.hpp>

#include "cluster/view/node_link.hpp"
#include "cluster/wire/envelope_codec.hpp"
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using numbers = std::vector<std::uint64_t>;

namespace {

constexpr std::uint64_t query_id = 77;

cluster::event answer_to(room_fixture& b, commands::query query) {
  return b.answer(b.unnumbered(std::move(query), 0, query_id));
}

events::snapshot query(room_fixture& b, std::uint32_t events_max = 0,
                       std::optional<position> since = {}, bool wants_presence = false) {
  return as<events::snapshot>(answer_to(b, {std::move(since), events_max, wants_presence}));
}

cluster::command publishing(room_fixture& b, const std::string& name,
                            const std::string& idempotency_key = {}) {
  return b.command(commands::publish{name, {}, idempotency_key}, 0);
}

}  // namespace

TEST_CASE("a query reports the position and the number of members and changes nothing") {
  room_fixture b;
  b.join(1);
  b.join(2);
  b.push(1, "msg");
  const auto notes = b.notes.size();
  const auto sent = answer_to(b, {});
  CHECK(sent.epoch_text == "e1");
  CHECK(sent.at == offset{1});
  const auto& got = as<events::snapshot>(sent);
  CHECK(got.members == 2);
  CHECK(got.events.empty());
  CHECK_FALSE(got.presence);
  CHECK(b.notes.size() == notes);
  CHECK(b.push(1, "msg").at == offset{2});
}

TEST_CASE("a history query returns the oldest held events up to its limit") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "msg");
  CHECK(offsets_of(query(b, 100).events) == numbers{3, 4, 5});
  CHECK(offsets_of(query(b, 2).events) == numbers{3, 4});
  CHECK_FALSE(query(b, 2).recovered);
}

TEST_CASE("a history query from a position returns later events or says that some are lost") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  b.join(1);
  for (int i = 0; i < 5; ++i) b.push(1, "msg");
  const auto next = query(b, 100, position{"e1", offset{3}});
  CHECK(offsets_of(next.events) == numbers{4, 5});
  CHECK(next.recovered == true);
  CHECK(query(b, 100, position{"e1", offset{5}}).events.empty());
  for (const auto& lost :
       {position{"e1", offset{1}}, position{"e1", offset{6}}, position{"other", offset{4}}}) {
    const auto got = query(b, 100, lost);
    CHECK(offsets_of(got.events) == numbers{3, 4, 5});
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
  const auto got = query(b, 0, {}, true);
  REQUIRE(got.presence);
  const auto list = nlohmann::json::parse(got.presence->data.view());
  std::size_t metas = 0;
  for (const auto& each : list) metas += each.at("metas").size();
  CHECK(metas == 2);
}

TEST_CASE("a presence query does not count as a state that was sent to clients") {
  const bool is_sent = GENERATE(false, true);
  CAPTURE(is_sent);
  room_fixture b(room_rule{});
  const auto join = [&b](std::uint64_t member) {
    commands::join asked;
    asked.user = "user" + std::to_string(member);
    // The state is too large for the answers of joins.
    asked.meta = {slice::of(bytes_ptr::copy(R"({"text":")" + std::string(20'000, 'x') + "\"}"))};
    return as<events::joined>(b.answer(b.command(std::move(asked), member)));
  };
  join(1);
  b.tick(milliseconds(50));
  REQUIRE(join(2).side_state->entries.empty());
  CHECK(query(b, 0, {}, true).presence);
  if (is_sent) {
    const commands::fetch_side_state all{{}, 100'000};
    const auto got = as<events::side_state>(b.answer(b.unnumbered(all, 1)));
    REQUIRE(got.page->entries.size() == 1);
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
  const auto got = query(b, 0, {}, true);
  CHECK_FALSE(got.presence);
  CHECK(got.members == 2);
}

TEST_CASE("the largest answer to a history query fits into an envelope between nodes") {
  auto rule = without_presence();
  rule.history.events_max = 10'000;
  rule.history.bytes_max = 10'000'000;
  room_fixture b(rule);
  b.join(1);
  constexpr std::uint32_t events_max = 1'000;
  const std::string text(room::query_bytes_max / events_max, 'x');
  for (std::uint32_t n = 0; n < events_max; ++n) b.push(1, "", text);
  auto sent = answer_to(b, {.since = {}, .events_max = events_max});
  const auto& events = as<events::snapshot>(sent).events;
  CHECK(events.size() > events_max * 9 / 10);
  CHECK(events.size() < events_max);
  cluster::wire::byte_writer out;
  REQUIRE(cluster::wire::encode(sent, out));
  // Ids of nodes are random and have eight bytes already; other numbers may have nine more.
  CHECK(out.size() + events.size() * 5 * 9 <= cluster::link_limits{}.envelope_bytes_max);
}

TEST_CASE("a list of members that does not fit into an envelope is not sent") {
  room_fixture b(room_rule{});
  const auto join = [&b](std::uint64_t member) {
    commands::join asked;
    asked.user = "user" + std::to_string(member);
    asked.meta = {slice::of(bytes_ptr::copy(R"({"text":")" + std::string(100'000, 'x') + "\"}"))};
    b.apply(b.command(std::move(asked), member));
  };
  for (std::uint64_t member = 1; member <= 8; ++member) join(member);
  CHECK(query(b, 0, {}, true).presence);
  join(9);
  const auto got = query(b, 0, {}, true);
  CHECK_FALSE(got.presence);
  CHECK(got.members == 9);
}

TEST_CASE("a new owner drops queries about members until the edges have attached") {
  room_fixture b(room_rule{});
  b.room.begin_attaching();
  CHECK(b.apply(b.unnumbered(commands::query{}, 0, query_id)).empty());
  CHECK(b.apply(b.unnumbered(commands::query{{}, 0, true}, 0, query_id)).empty());
  CHECK(query(b, 9).events.empty());
  std::vector<cluster::event_ptr> out;
  b.room.attaching_finished(b.now, out);
  CHECK(query(b).members == 0);
}

TEST_CASE("a publish gets its offset although its sender is no member") {
  room_fixture b;
  const auto got = b.answer(publishing(b, "msg"));
  CHECK(got.at == offset{1});
  CHECK(as<events::ordered>(got).name == "heard msg");
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
  CHECK(as<events::repeated>(again).at.at == offset{1});
  CHECK(b.answer(publishing(b, "msg", "sy")).at == offset{2});
}

TEST_CASE("a key of a publish never matches the same key of a member") {
  room_fixture b;
  b.join(1);
  auto pushed = b.pushing(1, "msg");
  as<commands::push>(pushed).idempotency_key = "sx";
  b.answer(pushed);
  CHECK(is<events::ordered>(b.answer(publishing(b, "msg", "sx"))));
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
