#include "actors/room/rule_book.hpp"

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

TEST_CASE("a topic gets the plan of its rule, and the next one after a replacement") {
  rule_book book(rules(1));
  const auto before = book.plan_of("room:1");
  REQUIRE(before);
  CHECK(before == book.plan_of("room:2"));
  CHECK(book.plan_of("lobby")->rule.match == "lobby");
  CHECK_FALSE(book.plan_of("other"));
  book.replace(rule_book::prepare(rules(2)));
  CHECK(book.plan_of("room:1")->rule.members_max == 2);
  CHECK(before->rule.members_max == 1);
}

TEST_CASE("a schema that cannot be read makes no plans") {
  auto all = rules(0);
  all[0].events.push_back({"msg", 0, "/nowhere/schema.json"});
  CHECK_THROWS(rule_book::prepare(all));
}

TEST_CASE("plans are read on one thread while another replaces them") {
  rule_book book(rules(1));
  std::uint32_t last = 1;
  std::thread reader([&] {
    while (last < 100) last = std::max(last, book.plan_of("room:1")->rule.members_max);
  });
  for (std::uint32_t i = 2; i <= 100; ++i) book.replace(rule_book::prepare(rules(i)));
  reader.join();
  CHECK(last == 100);
}
