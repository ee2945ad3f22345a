// SPDX-License-Identifier: Apache-2.0
#include "config/load/reload_diff_rooms.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

struct reload_result {
  reload_diff diff;
  std::string changes;
  std::string warnings;
};

reload_result reload(const std::string& now, const std::string& next) {
  auto rooms_of = [](const std::string& text) {
    auto got = load_text(R"({"rooms": )" + text + "}");
    REQUIRE(all_of(got) == "");
    return got.values;
  };
  reload_result out;
  out.diff.values = rooms_of(now);
  diff_rooms(rooms_of(next), out.diff);
  for (const auto& change : out.diff.changes) out.changes += text_of(change) + "\n";
  out.warnings = all_of(out.diff.warnings);
  return out;
}

std::string matches_of(const reload_diff& diff) {
  std::string out;
  for (const auto& rule : diff.values.rooms) out += rule.match + " ";
  return out;
}

}  // namespace

TEST_CASE("a reload applies the changed settings of a rule with the same match") {
  auto got = reload(R"([{"match": "a", "members_max": 5}, {"match": "b"}])",
                    R"([{"match": "a", "members_max": 6, "history": {"events_max": 0}},
                        {"match": "b", "allow": {"push": "none"}}])");
  CHECK(got.changes ==
        "rooms[0].members_max: 5 -> 6\nrooms[0].history.events_max: 100 -> 0\n"
        "rooms[1].allow.push: \"any\" -> \"none\"\n");
  CHECK(got.diff.values.rooms[0].members_max == 6);
  CHECK(got.diff.values.rooms[1].allow.push[0].allow.allowed == access_rule::grantee::none);
}

TEST_CASE("event rules are compared by name and not by order") {
  auto got = reload(R"([{"events": {"msg": {"bytes_max": 5}}}])",
                    R"([{"events": {"msg": {"bytes_max": 6}}}])");
  CHECK(got.changes ==
        "rooms[0].events: {\"msg\":{\"bytes_max\":5,\"schema_file\":\"\"}} -> "
        "{\"msg\":{\"bytes_max\":6,\"schema_file\":\"\"}}\n");
  CHECK(reload(R"([{"events": {"a": {}, "b": {}}}])", R"([{"events": {"b": {}, "a": {}}}])")
            .changes == "");
}

TEST_CASE("a reload adds and removes and reorders rules") {
  auto got = reload(R"([{"match": "a"}, {"match": "b"}, {"match": "c"}])",
                    R"([{"match": "c"}, {"match": "d"}, {"match": "a"}])");
  CHECK(got.changes ==
        "rooms[1]: removed: \"b\"\nrooms[1]: new: \"d\"\n"
        "rooms: [\"a\",\"c\"] -> [\"c\",\"a\"]\n");
  CHECK(matches_of(got.diff) == "c d a ");
}

TEST_CASE("a changed durability of a rule is applied only after a restart") {
  auto got = reload(R"([{"match": "a", "durability": "memory", "members_max": 1}])",
                    R"([{"match": "a", "durability": "event", "members_max": 2}])");
  CHECK(got.warnings ==
        "rooms[0].durability: is \"event\" now, which needs a restart; it stays \"memory\"\n");
  CHECK(got.changes == "rooms[0].members_max: 1 -> 2\n");
  CHECK(got.diff.values.rooms[0].durability == room_durability::memory);
}

TEST_CASE("a reload keeps all old rules if the durability of some topics would change") {
  const std::string stays =
      "rooms: the kind or durability of some topics would change, which needs a restart; the old "
      "rules stay in use\n";
  // A new rule takes over topics of a rule behind it.
  auto got = reload(R"([{"match": "a:*"}])",
                    R"([{"match": "a:b*", "durability": "event"}, {"match": "a:*"}])");
  CHECK(got.warnings == stays);
  CHECK(got.changes == "");
  CHECK(matches_of(got.diff) == "a:* ");
  // A rule is removed, and its topics match the next rule.
  got =
      reload(R"([{"match": "a:b", "durability": "event"}, {"match": "*"}])", R"([{"match": "*"}])");
  CHECK(got.warnings == stays);
  // Two rules swap places.
  got = reload(R"([{"match": "a:b", "durability": "event"}, {"match": "*"}])",
               R"([{"match": "*"}, {"match": "a:b", "durability": "event"}])");
  CHECK(got.warnings == stays);
  CHECK(matches_of(got.diff) == "a:b * ");
}

TEST_CASE("a new rule for topics without a rule may have any durability") {
  auto got = reload(R"([{"match": "a:*"}])",
                    R"([{"match": "a:*"}, {"match": "b:*", "durability": "event"}])");
  CHECK(got.warnings == "");
  CHECK(matches_of(got.diff) == "a:* b:* ");
}
