#include "actors/room/receipts.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;
using nlohmann::json;

namespace {

json parsed(const cluster::body& what) { return json::parse(what.data.view()); }

json changes_of(receipts& all) {
  auto out = json::array();
  for (const auto& each : all.take_changes()) out.push_back(parsed(each));
  return out;
}

cluster::place at(std::uint64_t number, std::string epoch = "e") {
  return {std::move(epoch), offset{number}};
}

}  // namespace

TEST_CASE("a mark is told once, and only if it moved forward") {
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

TEST_CASE("marks of one window are told as the last of each user") {
  receipts all{{}};
  all.mark("ann", at(1));
  all.mark("bob", at(1));
  all.mark("ann", at(5));
  CHECK(changes_of(all) == json::parse(R"([{"user":"bob","epoch":"e","offset":1},
                                           {"user":"ann","epoch":"e","offset":5}])"));
  all.mark("bob", at(6));
  CHECK(changes_of(all) == json::parse(R"([{"user":"bob","epoch":"e","offset":6}])"));
}

TEST_CASE("offsets compare over epochs") {
  receipts all{{}};
  all.mark("ann", at(7, "old"));
  CHECK_FALSE(all.mark("ann", at(7, "new")));
  CHECK(all.mark("ann", at(8, "new")));
  CHECK(parsed(all.all()) == json::parse(R"({"receipts":{"ann":{"epoch":"new","offset":8}}})"));
}

TEST_CASE("one that joins gets everybody's mark, whatever their names hold") {
  receipts all{{}};
  CHECK(parsed(all.all()) == json::parse(R"({"receipts":{}})"));
  all.mark("an\"n\n", at(1));
  all.mark("", at(2));
  all.mark("\xc3\xa9", at(18446744073709551615U));
  const auto told = parsed(all.all())["receipts"];
  CHECK(told.size() == 3);
  CHECK(told["an\"n\n"]["offset"] == 1);
  CHECK(told[""]["offset"] == 2);
  CHECK(told["\xc3\xa9"]["offset"] == 18446744073709551615U);
}

TEST_CASE("over its bound the user whose mark moved longest ago is forgotten") {
  receipts all{{2, 200}};
  all.mark("ann", at(1));
  all.mark("bob", at(2));
  all.mark("ann", at(3));
  all.mark("cid", at(4));
  CHECK(all.size() == 2);
  CHECK(parsed(all.all())["receipts"].contains("ann"));
  CHECK_FALSE(parsed(all.all())["receipts"].contains("bob"));
  CHECK(changes_of(all).size() == 2);
  CHECK(all.mark("bob", at(1)));
  CHECK(changes_of(all).size() == 1);
}

TEST_CASE("a bound of no users keeps none") {
  receipts all{{0, 200}};
  CHECK_FALSE(all.mark("ann", at(1)));
  CHECK(all.empty());
  CHECK_FALSE(all.has_changes());
}
