// SPDX-License-Identifier: Apache-2.0
// How an owner sends presence and receipts: with a join's answer, in pages, to all members.
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using stage = cluster::side_state_cursor::stage;

namespace {

struct fixture : room_fixture {
  fixture() : room_fixture(room_rule{}) {}
  cluster::event join_with(std::uint64_t member, std::size_t meta_bytes) {
    auto asked = command(command_kind::join, member);
    asked.user = "user" + std::to_string(member);
    const auto meta = R"({"text":")" + std::string(meta_bytes, 'x') + "\"}";
    asked.payload = {slice::of(bytes_ptr::copy(meta))};
    return answer(asked);
  }
  cluster::event page(const cluster::side_state_cursor& from, std::uint32_t bytes_max) {
    auto asked = command(command_kind::fetch, 1);
    asked.number = 0;
    --numbers[here.node.value];
    asked.from_position = position{{}, offset{0}};
    asked.side_state = from;
    asked.page_bytes = bytes_max;
    return answer(asked);
  }
};

}  // namespace

TEST_CASE("a small side state comes with the join answer and a large one must be requested") {
  fixture b;
  const auto first = b.join_with(1, 4'000);
  REQUIRE(first.side_state.size() == 1);
  REQUIRE(first.side_state_to);
  CHECK(first.side_state_to->is_end());
  for (std::uint64_t n = 2; n <= 10; ++n) b.join_with(n, 4'000);
  const auto last = b.join_with(11, 4'000);
  CHECK(last.side_state.empty());
  CHECK(last.side_state_to == cluster::side_state_cursor{});
}

TEST_CASE("pages of presence and receipts hold every user once within the size limit") {
  fixture b;
  b.join(100);
  b.push(100, "msg");
  std::set<std::string> seen;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    b.join_with(n, 500);
    auto mark = b.command(room_fixture::command_kind::mark_read, n);
    mark.user = "user" + std::to_string(n);
    mark.from_position = position{"e1", offset{1}};
    CHECK(b.answer(mark).kind == cluster::event_kind::done);
  }
  std::size_t receipts = 0;
  cluster::side_state_cursor from;
  for (int pages = 0; !from.is_end(); ++pages) {
    REQUIRE(pages < 40);
    const auto got = b.page(from, 2'000);
    CHECK(got.events.empty());
    CHECK(got.side_state_from == from);
    std::size_t bytes = 0;
    for (const auto& [name, payload] : got.side_state) {
      bytes += payload.data.size;
      const auto said = nlohmann::json::parse(payload.data.view());
      if (name == "read_receipts") receipts += said.at("receipts").size();
      const auto& people = name == "presence_diff" ? said.at("joins") : said;
      if (name == "read_receipts") continue;
      CHECK((name == "presence_state") == (from.at == stage::start));
      for (const auto& [key, metas] : people.items()) CHECK(seen.insert(key).second);
    }
    CHECK(bytes <= 2'000);
    REQUIRE(got.side_state_to);
    from = *got.side_state_to;
  }
  CHECK(seen.size() == 41);
  CHECK(receipts == 40);
}

TEST_CASE("a presence state too large for a broadcast becomes a resync") {
  room_rule rule;
  rule.presence.full_max = 200;
  const auto is_large = GENERATE(true, false);
  room_fixture b{rule};
  const auto meta = R"({"text":")" + std::string(is_large ? 4'000 : 10, 'x') + "\"}";
  for (std::uint64_t n = 1; n <= 201; ++n) {
    auto asked = b.command(room_fixture::command_kind::join, n);
    asked.payload = {slice::of(bytes_ptr::copy(meta))};
    b.answer(asked);
  }
  REQUIRE(b.tick(milliseconds(100)).size() == 1);  // the count replaces the list
  for (std::uint64_t n = 101; n <= 201; ++n) b.leave(n);
  const auto published = b.tick(milliseconds(2'000));
  REQUIRE(published.size() == 1);
  CHECK(published[0]->kind ==
        (is_large ? cluster::event_kind::resync : cluster::event_kind::notification));
  CHECK(published[0]->name == (is_large ? "" : "presence_state"));
  CHECK(published[0]->notifications == 2);
}
