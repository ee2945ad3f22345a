// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/json/json_cursor.hpp"

#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

namespace {

raw_json value_of(std::string_view text) {
  json_cursor at{text};
  raw_json out;
  REQUIRE(at.take_value(out));
  return out;
}

}  // namespace

TEST_CASE("the cursor returns each value as it is written") {
  const std::string text = R"( ["a\"]" , {"k":[1, 2]},-1.5e3 , null,"longer than eight \\"] )";
  json_cursor at{text};
  std::vector<std::string> seen;
  REQUIRE(at.take('['));
  do {
    raw_json value;
    REQUIRE(at.take_value(value));
    seen.emplace_back(value.text);
  } while (at.take(','));
  CHECK(at.take(']'));
  CHECK(at.is_at_end());
  CHECK(seen == std::vector<std::string>{R"("a\"]")", R"({"k":[1, 2]})", "-1.5e3", "null",
                                         R"("longer than eight \\")"});
}

TEST_CASE("depth counts nested brackets") {
  CHECK(value_of("12").depth == 0);
  CHECK(value_of("\"[[\"").depth == 0);
  CHECK(value_of("{}").depth == 1);
  CHECK(value_of("[[],[[]],{\"a\":\"[[[[\"}]").depth == 3);
}

TEST_CASE("the cursor refuses truncated and malformed text") {
  for (const auto* text : {"", " ", "\"", "\"a", "\"a\\", "\"a\\\"", "[", "[\"", "[[]",
                           "{\"a\":", ",", "]", ":", "\"1234567\\", "[\"12345678"}) {
    INFO(text);
    json_cursor at{text};
    raw_json out;
    CHECK_FALSE(at.take_value(out));
  }
}

TEST_CASE("the cursor measures a depth of a hundred thousand brackets") {
  const auto text = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(value_of(text).depth == 100'000);
}
