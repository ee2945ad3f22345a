// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/room_rules.hpp"

#include <thread>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

std::vector<room_rule> rules(std::uint32_t members_max) {
  std::vector<room_rule> out(2);
  out[0].match = "room:*";
  out[0].members_max = members_max;
  out[1].match = "lobby";
  return out;
}

}  // namespace

TEST_CASE("a topic gets its compiled rule and the new one after a replacement") {
  room_rules book(rules(1));
  const auto before = book.find("room:1");
  REQUIRE(before);
  CHECK(before == book.find("room:2"));
  CHECK(book.find("lobby")->rule.match == "lobby");
  CHECK_FALSE(book.find("other"));
  book.replace(room_rules::compile(rules(2)));
  CHECK(book.find("room:1")->rule.members_max == 2);
  CHECK(before->rule.members_max == 1);
}

TEST_CASE("rules with an unreadable schema are not compiled") {
  auto all = rules(0);
  all[0].events.push_back({"msg", 0, "/nowhere/schema.json"});
  CHECK_THROWS(room_rules::compile(all));
}

TEST_CASE("compiled rules are read on one thread while another replaces them") {
  room_rules book(rules(1));
  std::uint32_t last = 1;
  std::thread reader([&] {
    while (last < 100) last = std::max(last, book.find("room:1")->rule.members_max);
  });
  for (std::uint32_t i = 2; i <= 100; ++i) book.replace(room_rules::compile(rules(i)));
  reader.join();
  CHECK(last == 100);
}
