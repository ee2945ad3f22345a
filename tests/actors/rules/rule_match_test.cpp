// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/rule_match.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

std::vector<room_rule> rules(std::initializer_list<const char*> matches) {
  std::vector<room_rule> out;
  for (const auto* match : matches) {
    room_rule rule;
    rule.match = match;
    out.push_back(rule);
  }
  return out;
}

std::string match_of(const std::vector<room_rule>& all, std::string_view name) {
  const auto* found = rule_of(all, name);
  return found ? found->match : "none";
}

}  // namespace

TEST_CASE("a topic gets the first matching rule in the order declared") {
  const auto all = rules({"food*", "foo*", "food:1", "*"});
  CHECK(match_of(all, "food:1") == "food*");
  CHECK(match_of(all, "foo:1") == "foo*");
  CHECK(match_of(all, "bar") == "*");
}

TEST_CASE("a pattern without a star matches only the same name") {
  const auto all = rules({"lobby"});
  CHECK(match_of(all, "lobby") == "lobby");
  CHECK(match_of(all, "lobby:1") == "none");
  CHECK(match_of(all, "lobb") == "none");
}

TEST_CASE("a trailing star matches every name with that prefix and the prefix itself") {
  const auto all = rules({"room:*"});
  CHECK(match_of(all, "room:") == "room:*");
  CHECK(match_of(all, "room:1:2") == "room:*");
  CHECK(match_of(all, "room") == "none");
  CHECK(match_of(all, "rooms:1") == "none");
}

TEST_CASE("a star that is not at the end is a literal character") {
  const auto all = rules({"a*b"});
  CHECK(match_of(all, "a*b") == "a*b");
  CHECK(match_of(all, "axb") == "none");
}

TEST_CASE("server topics and the empty topic and topics without a rule match nothing") {
  const auto all = rules({"$*", "*"});
  CHECK(match_of(all, "$SYS") == "none");
  CHECK(match_of(all, "phoenix") == "none");
  CHECK(match_of(rules({"phoenix"}), "phoenix") == "none");
  CHECK(match_of(all, "phoenix:1") == "*");
  CHECK(match_of(all, "") == "none");
  CHECK(match_of(all, "a$") == "*");
  CHECK(match_of({}, "room:1") == "none");
}
