// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "actors/room/presence/presence.hpp"
#include "tests/actors/room/presence/presence_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using nlohmann::json;

namespace {

presence made_with(presence_mode mode, std::uint32_t full_max = 4) {
  room_rule::presence_settings rule;
  rule.mode = mode;
  rule.full_max = full_max;
  return presence{rule};
}

void join(presence& to, std::uint64_t from, std::uint64_t up_to, time_point now = start) {
  for (auto n = from; n <= up_to; ++n) to.join(member(n), std::to_string(n), "", next_ref(), now);
}

std::size_t count_in(const std::vector<notification>& notifications) {
  REQUIRE(notifications.size() == 1);
  REQUIRE(notifications[0].first == "presence_count");
  return json::parse(notifications[0].second.data.view()).at("count");
}

}  // namespace

TEST_CASE("above full_max a room sends counts and a new member gets one at once") {
  auto here = made_with(presence_mode::full);
  join(here, 1, 4);
  CHECK(all_pages(here)[0].first == "presence_state");
  join(here, 5, 5);
  CHECK(count_in(all_pages(here)) == 5);
  CHECK(here.next_due() == after_ms(50));
  CHECK(count_in(here.flush(after_ms(50))) == 5);
  CHECK_FALSE(here.next_due());
}

TEST_CASE("counts are sent at most once a second and only after a change") {
  auto here = made_with(presence_mode::count);
  join(here, 1, 1);
  CHECK(count_in(here.flush(after_ms(50))) == 1);
  join(here, 2, 9, after_ms(60));
  CHECK(here.next_due() == after_ms(1'050));
  CHECK(here.flush(after_ms(1'049)).empty());
  CHECK(count_in(here.flush(after_ms(1'050))) == 9);
  CHECK_FALSE(here.next_due());
  here.leave(member(1), after_ms(9'000));
  CHECK(here.next_due() == after_ms(9'050));
}

TEST_CASE("at half of full_max a room sends the full state again and then diffs") {
  auto here = made_with(presence_mode::full);
  join(here, 1, 5);
  here.flush(after_ms(50));
  here.leave(member(5), after_ms(100));
  here.leave(member(4), after_ms(100));
  CHECK(count_in(all_pages(here)) == 3);
  here.leave(member(3), after_ms(100));
  CHECK(here.next_due() == after_ms(150));
  const auto notifications = here.flush(after_ms(150));
  REQUIRE(notifications.size() == 1);
  CHECK(notifications[0].first == "presence_state");
  CHECK(json::parse(notifications[0].second.data.view()).size() == 2);
  join(here, 6, 6, after_ms(200));
  const auto diff = here.flush(after_ms(250));
  REQUIRE(diff.size() == 1);
  CHECK(diff[0].first == "presence_diff");
  CHECK(json::parse(diff[0].second.data.view())["joins"].size() == 1);
}

TEST_CASE("a room that fills again before it has sent the full state continues with counts") {
  auto here = made_with(presence_mode::full);
  join(here, 1, 5);
  here.flush(after_ms(50));
  for (std::uint64_t n = 3; n <= 5; ++n) here.leave(member(n), after_ms(100));
  join(here, 11, 13, after_ms(120));
  CHECK(count_in(here.flush(*here.next_due())) == 5);
}

TEST_CASE("a change of meta is not sent while counts are sent and appears in the next state") {
  auto here = made_with(presence_mode::full);
  join(here, 1, 5);
  here.flush(after_ms(50));
  CHECK(here.update(member(1), R"({"a":1})", next_ref(), after_ms(100)));
  CHECK_FALSE(here.next_due());
  for (std::uint64_t n = 3; n <= 5; ++n) here.leave(member(n), after_ms(100));
  const auto state = json::parse(all_pages(here)[0].second.data.view());
  CHECK(state["1"]["metas"][0]["a"] == 1);
}

TEST_CASE("mode count always sends counts and knows its members") {
  auto here = made_with(presence_mode::count);
  join(here, 1, 2);
  join(here, 1, 1);
  CHECK(here.members() == 2);
  CHECK(count_in(all_pages(here)) == 2);
  CHECK(here.update(member(1), "{}", next_ref(), start));
  CHECK_FALSE(here.update(member(3), "{}", next_ref(), start));
  here.leave(member(3), start);
  CHECK(here.members() == 2);
  here.leave(member(1), start);
  here.leave(member(2), start);
  CHECK(here.members() == 0);
  CHECK_FALSE(here.next_due());
}

TEST_CASE("mode off sends nothing and counts members") {
  auto here = made_with(presence_mode::off);
  join(here, 1, 9);
  CHECK(here.members() == 9);
  CHECK(all_pages(here).empty());
  CHECK_FALSE(here.next_due());
  CHECK(here.flush(after_ms(5'000)).empty());
  here.leave(member(1), start);
  CHECK(here.members() == 8);
  here.clear();
  CHECK(here.members() == 0);
}
