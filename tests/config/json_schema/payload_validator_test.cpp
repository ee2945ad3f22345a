// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/payload_validator.hpp"

#include "config/json_schema/payload_compiler.hpp"
#include "config/json_schema/payload_dialect.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

bool is_taken(const std::string& schema, const std::string& value) {
  const auto tree = json::parse(schema);
  REQUIRE(payload_dialect::find_fault(tree) == "");
  return satisfies(json::parse(value), compile_payload_schema(tree));
}

}  // namespace

// Cases that the official suite does not cover. Tests of each keyword: json_schema_suite_test.cpp.

TEST_CASE("a number without a fraction is an integer in every notation") {
  for (auto value : {"1", "1.0", "1e2", "-0.0", "18446744073709551616", "9223372036854775808"}) {
    INFO(value);
    CHECK(is_taken(R"({"type": "integer"})", value));
    CHECK(is_taken(R"({"type": "number"})", value));
  }
  CHECK_FALSE(is_taken(R"({"type": "integer"})", "1.5"));
}

TEST_CASE("the bounds of numbers are exact beyond 63 bits") {
  CHECK(is_taken(R"({"minimum": 0})", "9223372036854775808"));
  CHECK_FALSE(is_taken(R"({"maximum": 0})", "9223372036854775808"));
  CHECK(is_taken(R"({"exclusiveMinimum": 9223372036854775807})", "9223372036854775808"));
  CHECK_FALSE(is_taken(R"({"minimum": 9007199254740993})", "9007199254740992"));
  CHECK(is_taken(R"({"multipleOf": 0.01})", "19.99"));
  CHECK_FALSE(is_taken(R"({"multipleOf": 0.01})", "19.999"));
}

TEST_CASE("12.0 equals 12 in enum and const and uniqueItems") {
  CHECK(is_taken(R"({"enum": [12]})", "12.0"));
  CHECK(is_taken(R"({"const": {"a": [1]}})", R"({"a": [1.0]})"));
  CHECK_FALSE(is_taken(R"({"enum": [-1]})", "18446744073709551615"));
  CHECK_FALSE(is_taken(R"({"uniqueItems": true})", "[1, 2, 1.0]"));
  CHECK(is_taken(R"({"uniqueItems": true})", R"([1, true, "1", [1], {"a": 1}])"));
}

TEST_CASE("uniqueItems is checked on a list of 100000 items") {
  json many = json::array();
  for (int i = 0; i < 100'000; ++i) many.push_back(i);
  CHECK(is_taken(R"({"uniqueItems": true})", many.dump()));
  many.push_back(99'999);
  CHECK_FALSE(is_taken(R"({"uniqueItems": true})", many.dump()));
}

TEST_CASE("a value that needs exponentially many checks is rejected") {
  std::string definitions = R"("a0": {"type": "null"})";
  for (int i = 1; i <= 30; ++i) {
    const auto before = R"({"$ref": "#/definitions/a)" + std::to_string(i - 1) + "\"}";
    definitions += ", \"a" + std::to_string(i) + R"(": {"anyOf": [)" + before + "," + before + "]}";
  }
  const auto schema = "{\"definitions\": {" + definitions + "}, \"$ref\": \"#/definitions/a30\"}";
  CHECK(is_taken(schema, "null"));
  CHECK_FALSE(is_taken(schema, "1"));
  // An aborted check must not count as a success inside "not" either.
  const auto negated =
      "{\"definitions\": {" + definitions + "}, \"not\": {\"$ref\": \"#/definitions/a30\"}}";
  CHECK_FALSE(is_taken(negated, "1"));
}

TEST_CASE("a deeply nested value is rejected without a stack overflow") {
  const auto schema = R"({"items": {"$ref": "#"}})";
  auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  CHECK(is_taken(schema, nested(64)));
  CHECK(is_taken(schema, nested(1'024)));
  CHECK_FALSE(is_taken(schema, nested(100'000)));
}
