// SPDX-License-Identifier: Apache-2.0
#include "actors/room/receipts.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using nlohmann::json;

namespace {

json parsed(const payload& payload) { return json::parse(payload.data.view()); }

/// The receipts that a joining member receives, over as many pages as needed.
json all_of(const receipts& all, std::size_t bytes_max = 1'000) {
  json out = json::object();
  cluster::side_state_cursor at;
  while (!at.is_end()) {
    const auto page = all.page(at, bytes_max);
    if (page) out.update(parsed(*page).at("receipts"));
  }
  return out;
}

json changes_of(receipts& all) {
  auto out = json::array();
  for (const auto& each : all.take_changes()) out.push_back(parsed(each));
  return out;
}

position at(std::uint64_t number, std::string epoch = "e") {
  return {std::move(epoch), offset{number}};
}

}  // namespace

TEST_CASE("a mark is sent once and only if it moved forward") {
  receipts all{{}};
  CHECK(all.empty());
  CHECK(all.mark("ann", at(3)));
  CHECK_FALSE(all.mark("ann", at(3)));
  CHECK_FALSE(all.mark("ann", at(2)));
  CHECK(all.has_changes());
  CHECK(changes_of(all) == json::parse(R"([{"user":"ann","epoch":"e","offset":3}])"));
  CHECK_FALSE(all.has_changes());
  CHECK(changes_of(all).empty());
  CHECK_FALSE(all.empty());
}

TEST_CASE("the marks of one window are sent as the last mark of each user") {
  receipts all{{}};
  all.mark("ann", at(1));
  all.mark("bob", at(1));
  all.mark("ann", at(5));
  CHECK(changes_of(all) == json::parse(R"([{"user":"bob","epoch":"e","offset":1},
                                           {"user":"ann","epoch":"e","offset":5}])"));
  all.mark("bob", at(6));
  CHECK(changes_of(all) == json::parse(R"([{"user":"bob","epoch":"e","offset":6}])"));
}

TEST_CASE("offsets compare across epochs") {
  receipts all{{}};
  all.mark("ann", at(7, "old"));
  CHECK_FALSE(all.mark("ann", at(7, "new")));
  CHECK(all.mark("ann", at(8, "new")));
  CHECK(all_of(all) == json::parse(R"({"ann":{"epoch":"new","offset":8}})"));
}

TEST_CASE("a new member gets the marks of all users whatever their names contain") {
  receipts all{{}};
  CHECK(all_of(all).empty());
  all.mark("an\"n\n", at(1));
  all.mark("", at(2));
  all.mark("\xc3\xa9", at(18446744073709551615U));
  const auto marks = all_of(all);
  CHECK(marks.size() == 3);
  CHECK(marks["an\"n\n"]["offset"] == 1);
  CHECK(marks[""]["offset"] == 2);
  CHECK(marks["\xc3\xa9"]["offset"] == 18446744073709551615U);
}

TEST_CASE("above users_max the user whose mark moved longest ago is evicted") {
  receipts all{{2, 200}};
  all.mark("ann", at(1));
  all.mark("bob", at(2));
  all.mark("ann", at(3));
  all.mark("cid", at(4));
  CHECK(all.size() == 2);
  CHECK(all_of(all).contains("ann"));
  CHECK_FALSE(all_of(all).contains("bob"));
  CHECK(changes_of(all).size() == 2);
  CHECK(all.mark("bob", at(1)));
  CHECK(changes_of(all).size() == 1);
}

TEST_CASE("with users_max 0 no mark is kept") {
  receipts all{{0, 200}};
  CHECK_FALSE(all.mark("ann", at(1)));
  CHECK(all.empty());
  CHECK_FALSE(all.has_changes());
}

TEST_CASE("pages and changes give every current mark while marks move and are evicted") {
  receipts all{{300, 200}};
  const auto name = [](std::uint64_t n) { return "user" + std::to_string(n); };
  for (std::uint64_t n = 1; n <= 300; ++n) all.mark(name(n), at(n));
  json seen = json::object();
  cluster::side_state_cursor from;
  std::size_t pages = 0;
  while (!from.is_end()) {
    const auto page = all.page(from, 1'000);
    if (!page) continue;
    CHECK(page->data.size <= 1'000);
    seen.update(parsed(*page).at("receipts"));
    // A mark beyond the current page moves. The change reports it, and the pages need not include
    // it.
    all.mark(name(300 - pages), at(1'000 + pages));
    ++pages;
    REQUIRE(pages < 100);
  }
  CHECK(pages > 5);
  all.mark("late", at(5'000));  // evicts user1
  for (const auto& each : changes_of(all))
    seen[each["user"].get<std::string>()]["offset"] = each["offset"];
  auto truth = all_of(all);
  CHECK(truth.size() == 300);
  for (const auto& [user, mark] : truth.items()) {
    CAPTURE(user);
    CHECK(seen[user]["offset"] == mark["offset"]);
  }
}

TEST_CASE("a page has at least one user even above its size limit") {
  receipts all{{}};
  all.mark("ann", at(1));
  all.mark("bob", at(2));
  cluster::side_state_cursor from;
  CHECK(parsed(*all.page(from, 1)).at("receipts").contains("ann"));
  CHECK_FALSE(from.is_end());
  CHECK(parsed(*all.page(from, 1)).at("receipts").contains("bob"));
  CHECK(from.is_end());
}
