// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_compiler.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

payload_rules compile(const char* schema) { return compile_payload_schema(json::parse(schema)); }

}  // namespace

TEST_CASE("a schema that refers to itself is compiled into one rule") {
  const auto rules = compile(R"({"properties": {"child": {"$ref": "#"}}})");
  REQUIRE(rules.all.size() == 1);
  CHECK(rules.root == 0);
  CHECK(rules.all[0].objects.properties.at("child") == 0);
}

TEST_CASE("a definition is compiled once if it is used and not at all otherwise") {
  const auto rules = compile(R"({"definitions": {"a": {"type": "null"}, "b": {}},
    "items": {"$ref": "#/definitions/a"}, "contains": {"$ref": "#/definitions/a"}})");
  CHECK(rules.all.size() == 2);
  CHECK(rules.all[0].arrays.rest == rules.all[0].arrays.contains);
}

TEST_CASE("additionalItems applies only after a list of items") {
  CHECK_FALSE(compile(R"({"additionalItems": false})").all[0].arrays.rest);
  const auto listed = compile(R"({"additionalItems": false, "items": [true]})");
  CHECK(listed.all[0].arrays.first.size() == 1);
  CHECK(listed.all[*listed.all[0].arrays.rest].types == 0);
  const auto plain = compile(R"({"additionalItems": false, "items": {"type": "null"}})");
  CHECK(plain.all[*plain.all[0].arrays.rest].types == type_null);
}

TEST_CASE("enum and const together allow only the values that both contain") {
  const auto rules = compile(R"({"enum": [1, 2, "a"], "const": 2.0})");
  CHECK(*rules.all[0].values == std::vector<json>{2});
}

TEST_CASE("the type number includes integers and fractions") {
  CHECK(compile(R"({"type": "number"})").all[0].types == (type_integer | type_fraction));
  CHECK(compile(R"({"type": ["integer", "null"]})").all[0].types == (type_integer | type_null));
  CHECK(compile("{}").all[0].types == type_any);
  CHECK(compile("false").all[0].types == 0);
}
