// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/compiled_rule.hpp"

#include <filesystem>
#include <fstream>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("a compiled rule knows ephemeral events by their whole names") {
  room_rule rule;
  CHECK_FALSE(compiled_rule(rule).is_ephemeral("typing"));
  rule.ephemeral = {"typing", "cursor"};
  const compiled_rule compiled(rule);
  CHECK(compiled.is_ephemeral("typing"));
  CHECK(compiled.is_ephemeral("cursor"));
  for (const auto* name : {"", "typin", "typing2", "Typing"})
    CHECK_FALSE(compiled.is_ephemeral(name));
}

TEST_CASE("a compiled rule does not change when its source rule changes") {
  room_rule rule;
  rule.idempotency_field = "id";
  const compiled_rule compiled(rule);
  rule.idempotency_field = "other";
  CHECK(compiled.rule.idempotency_field == "id");
}

TEST_CASE("a compiled rule checks the events that its rule limits") {
  room_rule rule;
  rule.events.push_back({"small", 4, ""});
  const compiled_rule compiled(rule);
  CHECK(compiled.check("small", "1234", false) == errc::none);
  CHECK(compiled.check("small", "12345", false) == errc::payload_too_large);
  CHECK(compiled.check("other", "12345", false) == errc::none);
}

TEST_CASE("a payload whose fields the rule reads must not have duplicate keys") {
  const std::string_view twice = R"({"id":1,"\u0069d":2})";
  const std::string_view inside = R"({"a":{"id":1,"id":2}})";
  room_rule rule;
  rule.ephemeral = {"cursor"};
  const auto check = [&](std::string_view event, std::string_view payload, bool is_binary = false) {
    return compiled_rule(rule).check(event, payload, is_binary);
  };
  CHECK(check("msg", twice) == errc::none);
  rule.idempotency_field = "id";
  CHECK(check("msg", twice) == errc::invalid_payload);
  CHECK(check("msg", R"({"x":1,"x":2,"id":1})") == errc::invalid_payload);
  CHECK(check("msg", inside) == errc::none);
  CHECK(check("msg", twice, true) == errc::none);  // a binary payload has no JSON fields
  CHECK(check("cursor", twice) == errc::none);     // ephemeral: never deduplicated
  rule.idempotency_field.clear();
  rule.conflate_field = "id";
  CHECK(check("msg", twice) == errc::none);
  CHECK(check("cursor", twice) == errc::invalid_payload);
  CHECK(check("cursor", inside) == errc::none);
}

TEST_CASE("a payload with a schema must not have duplicate keys at any level") {
  const auto file = roost::testing::temporary_path("room_plan_test.json");
  std::ofstream{file} << R"({"properties":{"a":{"properties":{"id":{"type":"integer"}}}}})";
  room_rule rule;
  rule.events.push_back({"strict", 0, file});
  const compiled_rule compiled(rule);
  std::filesystem::remove(file);
  CHECK(compiled.check("strict", R"({"a":{"id":1}})", false) == errc::none);
  CHECK(compiled.check("strict", R"({"a":{"id":"x","id":1}})", false) == errc::invalid_payload);
  CHECK(compiled.check("strict", R"({"b":[{"id":2,"id":1}]})", false) == errc::invalid_payload);
  CHECK(compiled.check("free", R"({"a":{"id":"x","id":1}})", false) == errc::none);
}

TEST_CASE("a rule with an unreadable schema is not compiled") {
  room_rule rule;
  rule.events.push_back({"odd", 0, "/nowhere/at/all.json"});
  CHECK_THROWS(compiled_rule(rule));
}
