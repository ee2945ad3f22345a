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
  cluster::side_state_page join_with(std::uint64_t member, std::size_t meta_bytes) {
    commands::join asked;
    asked.user = "user" + std::to_string(member);
    const auto meta = R"({"text":")" + std::string(meta_bytes, 'x') + "\"}";
    asked.meta = {slice::of(bytes_ptr::copy(meta))};
    return *as<events::joined>(answer(command(std::move(asked), member))).side_state;
  }
  cluster::side_state_page page(const cluster::side_state_cursor& from, std::uint32_t bytes_max) {
    const commands::fetch_side_state asked{from, bytes_max};
    return *as<events::side_state>(answer(unnumbered(asked, 1))).page;
  }
};

}  // namespace

TEST_CASE("a small side state comes with the join answer and a large one must be requested") {
  fixture b;
  const auto first = b.join_with(1, 4'000);
  REQUIRE(first.entries.size() == 1);
  CHECK(first.to.is_end());
  for (std::uint64_t n = 2; n <= 10; ++n) b.join_with(n, 4'000);
  const auto last = b.join_with(11, 4'000);
  CHECK(last.entries.empty());
  CHECK(last.to == cluster::side_state_cursor{});
}

TEST_CASE("pages of presence and receipts hold every user once within the size limit") {
  fixture b;
  b.join(100);
  b.push(100, "msg");
  std::set<std::string> seen;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    b.join_with(n, 500);
    const commands::mark_read mark{"user" + std::to_string(n), {"e1", offset{1}}};
    CHECK(is<events::done>(b.answer(b.command(mark, n))));
  }
  std::size_t receipts = 0;
  cluster::side_state_cursor from;
  for (int pages = 0; !from.is_end(); ++pages) {
    REQUIRE(pages < 40);
    const auto got = b.page(from, 2'000);
    CHECK(got.from == from);
    std::size_t bytes = 0;
    for (const auto& [name, payload] : got.entries) {
      bytes += payload.data.size;
      const auto said = nlohmann::json::parse(payload.data.view());
      if (name == "read_receipts") receipts += said.at("receipts").size();
      const auto& people = name == "presence_diff" ? said.at("joins") : said;
      if (name == "read_receipts") continue;
      CHECK((name == "presence_state") == (from.at == stage::start));
      for (const auto& [key, metas] : people.items()) CHECK(seen.insert(key).second);
    }
    CHECK(bytes <= 2'000);
    from = got.to;
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
    commands::join asked;
    asked.meta = {slice::of(bytes_ptr::copy(meta))};
    b.answer(b.command(std::move(asked), n));
  }
  REQUIRE(b.tick(milliseconds(100)).size() == 1);  // the count replaces the list
  for (std::uint64_t n = 101; n <= 201; ++n) b.leave(n);
  const auto published = b.tick(milliseconds(2'000));
  REQUIRE(published.size() == 1);
  if (is_large) {
    CHECK(as<events::resync>(*published[0]).notifications == 2);
  } else {
    CHECK(as<events::notification>(*published[0]).notifications == 2);
    CHECK(as<events::notification>(*published[0]).name == "presence_state");
  }
}
