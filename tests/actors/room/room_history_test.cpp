// SPDX-License-Identifier: Apache-2.0
// The past that a room gives to joining members: resume, history, pages, receipts.
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::event;
using offsets = std::vector<std::uint64_t>;

namespace {

void push_many(room_fixture& b, std::size_t count) {
  b.join(1);
  for (std::size_t i = 0; i < count; ++i) b.push(1, "msg");
}

struct answer {
  bool recovered;
  offsets missed;
};

void check(const events::joined& got, const answer& want) {
  CHECK(got.recovered == want.recovered);
  CHECK(got.missed == want.missed.size());
  CHECK(offsets_of(got.events) == want.missed);
}

auto side_state_of_join(room_fixture& b, std::uint64_t member) {
  return as<events::joined>(b.join(member)).side_state->entries;
}

}  // namespace

TEST_CASE("a member that resumes receives the missed events and the head as position") {
  room_fixture b;
  push_many(b, 5);
  const auto got = b.resume(2, "e1", 2);
  check(got, {true, {3, 4, 5}});
  CHECK(got.at.at == offset{5});
  check(b.resume(2, "e1", 5), {true, {}});
  check(b.resume(2, "e1", 0), {true, {1, 2, 3, 4, 5}});
}

TEST_CASE("a resume from an unknown epoch or above the head is not recovered and gets no events") {
  room_fixture b;
  push_many(b, 5);
  check(b.resume(2, "other", 2), {false, {}});
  check(b.resume(2, "", 2), {false, {}});
  check(b.resume(2, "e1", 6), {false, {}});
}

TEST_CASE("a resume is recovered only if every missed event is held") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  push_many(b, 5);
  check(b.resume(2, "e1", 1), {false, {}});
  check(b.resume(2, "e1", 2), {true, {3, 4, 5}});
}

TEST_CASE("a resume that needs expired events is not recovered even before they are trimmed") {
  auto rule = without_presence();
  rule.history.age_ms_max = 1'000;
  room_fixture b(rule);
  push_many(b, 2);
  b.now += milliseconds(999);
  check(b.resume(2, "e1", 1), {true, {2}});
  b.now += milliseconds(1);
  check(b.resume(2, "e1", 1), {false, {}});
  check(b.resume(2, "e1", 2), {true, {}});
}

TEST_CASE("a join for history receives the last events up to the number held") {
  auto rule = without_presence();
  rule.history.events_max = 3;
  room_fixture b(rule);
  push_many(b, 5);
  check(b.join_for_history(2, 2), {true, {4, 5}});
  check(b.join_for_history(2, 100), {true, {3, 4, 5}});
  check(b.join_for_history(2, 0), {true, {}});
}

TEST_CASE("a recovered resume takes precedence over history and a lost one falls back to it") {
  room_fixture b;
  push_many(b, 5);
  check(b.resume(2, "e1", 4, 3), {true, {5}});
  check(b.resume(2, "lost", 4, 3), {false, {3, 4, 5}});
}

TEST_CASE("after a crash a member resumes from the previous epoch with the events held") {
  room_fixture b;
  push_many(b, 3);
  b.apply(b.pushing(1, "boom"));
  b.join(1);
  b.push(1, "msg");
  const auto got = b.resume(2, "e1", 2);
  check(got, {true, {3, 4}});
  CHECK(got.at.epoch == "e2");
  CHECK(got.events[0]->epoch_text == "e1");
  CHECK(got.events[1]->epoch_text == "e2");
  check(b.resume(2, "e1", 3), {true, {4}});
  check(b.resume(2, "e1", 4), {false, {}});  // this offset is not in e1
  check(b.resume(2, "e2", 3), {true, {4}});  // the client has seen no event of e2
  check(b.resume(2, "e2", 2), {false, {}});
}

TEST_CASE("missed events come in pages with the first in the answer and the rest when fetched") {
  room_fixture b;
  b.join(1);
  const std::string large(30'000, 'x');
  for (int i = 0; i < 5; ++i) b.push(1, "msg", large);
  const auto got = b.resume(2, "e1", 0);
  CHECK(got.missed == 5);
  CHECK(offsets_of(got.events) == offsets{1, 2});
  const auto next = b.answer(b.unnumbered(commands::fetch{offset{2}}, 2));
  CHECK(next.at == offset{5});
  const auto& page = as<events::page>(next);
  CHECK(page.after == offset{2});
  CHECK(offsets_of(page.events) == offsets{3, 4});
  CHECK(b.fetch(5, 2).events.empty());
}

TEST_CASE("a page with an event above the size limit holds only that event") {
  room_fixture b;
  b.join(1);
  b.push(1, "msg", std::string(room::page_bytes_max + 1, 'x'));
  b.push(1, "msg");
  CHECK(offsets_of(b.resume(2, "e1", 0).events) == offsets{1});
}

TEST_CASE("a page from before the oldest held event starts with the oldest held event") {
  auto rule = without_presence();
  rule.history.events_max = 2;
  room_fixture b(rule);
  push_many(b, 5);
  CHECK(offsets_of(b.fetch(1).events) == offsets{4, 5});
}

TEST_CASE("a new member gets the presence state and later one diff per window") {
  room_fixture b{room_rule{}};
  commands::join joins;
  joins.user = "ann";
  joins.meta = {slice::of(bytes_ptr::copy(R"({"mood":"fine"})"))};
  const auto got = as<events::joined>(b.answer(b.command(joins, 1)));
  REQUIRE(got.side_state->entries.size() == 1);
  const auto& [name, state] = got.side_state->entries[0];
  CHECK(name == "presence_state");
  CHECK(state.data.view().find(R"("ann")") != std::string_view::npos);
  CHECK(state.data.view().find(R"("mood":"fine")") != std::string_view::npos);
  b.join(2);
  CHECK(b.room.next_due());
  const auto published = b.tick(milliseconds(50));
  REQUIRE(published.size() == 1);
  const auto& diff = as<events::notification>(*published[0]);
  CHECK(diff.name == "presence_diff");
  CHECK(diff.payload.data.view().find(anonymous_name({node_id{3}, connection_id{2}})) !=
        std::string_view::npos);
  CHECK(b.tick(milliseconds(50)).empty());
}

TEST_CASE("a member may change its own meta and a non-member may not") {
  room_fixture b{room_rule{}};
  b.join(1);
  b.tick(milliseconds(50));
  const commands::update_meta busy{"", {slice::of(bytes_ptr::copy(R"({"mood":"busy"})"))}};
  CHECK(is<events::done>(b.answer(b.command(busy, 1))));
  const auto published = b.tick(milliseconds(50));
  REQUIRE(published.size() == 1);
  CHECK(as<events::notification>(*published[0]).payload.data.view().find("busy") !=
        std::string_view::npos);
  check_refused(b.answer(b.command(commands::update_meta{}, 2)), errc::unmatched_topic);
}

TEST_CASE("without presence an update is answered as done and sends nothing") {
  room_fixture b;
  CHECK(side_state_of_join(b, 1).empty());
  CHECK(is<events::done>(b.answer(b.command(commands::update_meta{}, 1))));
  CHECK(b.tick(milliseconds(10'000)).empty());
}

TEST_CASE("a crash empties presence without a notification") {
  room_fixture b{room_rule{}};
  b.join(1);
  b.apply(b.pushing(1, "boom"));
  CHECK(b.tick(milliseconds(10'000)).empty());
  CHECK(side_state_of_join(b, 2).at(0).second.data.view().find(
            anonymous_name({node_id{3}, connection_id{1}})) == std::string_view::npos);
}

namespace {

event mark(room_fixture& b, std::uint64_t member, const std::string& in, std::uint64_t at) {
  return b.answer(b.command(commands::mark_read{"ann", {in, offset{at}}}, member));
}

}  // namespace

TEST_CASE("the greatest mark of a window is sent after the window and to later members") {
  room_fixture b;
  push_many(b, 3);
  CHECK(side_state_of_join(b, 2).empty());
  CHECK(is<events::done>(mark(b, 1, "e1", 1)));
  CHECK(is<events::done>(mark(b, 1, "e1", 3)));
  CHECK(is<events::done>(mark(b, 1, "e1", 2)));  // marks never move backwards
  CHECK(b.tick(milliseconds(199)).empty());
  const auto published = b.tick(milliseconds(1));
  REQUIRE(published.size() == 1);
  const auto& receipt = as<events::notification>(*published[0]);
  CHECK(receipt.name == "read_receipt");
  CHECK(receipt.payload.data.view().find("\"offset\":3") != std::string_view::npos);
  CHECK(b.tick(milliseconds(1'000)).empty());
  b.apply(b.pushing(1, "boom"));
  const auto all = side_state_of_join(b, 4);
  REQUIRE(all.size() == 1);
  CHECK(all[0].first == "read_receipts");
  CHECK(all[0].second.data.view().find("\"offset\":3") != std::string_view::npos);
}

TEST_CASE("a mark of an unknown position or without one or by a non-member is refused") {
  room_fixture b;
  push_many(b, 3);
  check_refused(mark(b, 1, "e1", 4), errc::invalid_payload);
  check_refused(mark(b, 1, "e1", 0), errc::invalid_payload);
  check_refused(mark(b, 1, "other", 1), errc::invalid_payload);
  check_refused(b.answer(b.command(commands::mark_read{}, 1)), errc::invalid_payload);
  check_refused(mark(b, 2, "e1", 1), errc::unmatched_topic);
  CHECK(b.tick(milliseconds(1'000)).empty());
}

TEST_CASE("a room without presence and receipts is due when its oldest event expires") {
  auto rule = without_presence();
  rule.history.age_ms_max = 60'000;
  room_fixture b(rule);
  CHECK_FALSE(b.room.next_due());
  push_many(b, 1);
  CHECK(b.room.next_due() == b.now + milliseconds(61'000));
  CHECK(b.room.past().size() == 1);
  b.tick(milliseconds(61'000));
  CHECK(b.room.past().size() == 0);
  CHECK_FALSE(b.room.next_due());
}
