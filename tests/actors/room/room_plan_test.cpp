#include "actors/room/room_plan.hpp"

#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("a plan knows which events are ephemeral, by their whole names") {
  room_rule rule;
  CHECK_FALSE(room_plan(rule).is_ephemeral("typing"));
  rule.ephemeral = {"typing", "cursor"};
  const room_plan plan(rule);
  CHECK(plan.is_ephemeral("typing"));
  CHECK(plan.is_ephemeral("cursor"));
  for (const auto* name : {"", "typin", "typing2", "Typing"}) CHECK_FALSE(plan.is_ephemeral(name));
}

TEST_CASE("a plan keeps its rule when the one that it was made from changes") {
  room_rule rule;
  rule.idempotency_field = "id";
  const room_plan plan(rule);
  rule.idempotency_field = "other";
  CHECK(plan.rule.idempotency_field == "id");
}

TEST_CASE("a plan checks the events that its rule limits") {
  room_rule rule;
  rule.events.push_back({"small", 4, ""});
  const room_plan plan(rule);
  CHECK(plan.events.check("small", "1234", false) == errc::none);
  CHECK(plan.events.check("small", "12345", false) == errc::payload_too_large);
  CHECK(plan.events.check("other", "12345", false) == errc::none);
}

TEST_CASE("a plan whose schema cannot be read is not made") {
  room_rule rule;
  rule.events.push_back({"odd", 0, "/nowhere/at/all.json"});
  CHECK_THROWS(room_plan(rule));
}
