// SPDX-License-Identifier: Apache-2.0
#include "net/auth/strict_json.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

namespace {

std::string fault(std::string_view text, std::uint32_t depth_max = 4) {
  const auto got = parse_strict_json(text, depth_max);
  return got ? "" : got.failure().detail;
}

}  // namespace

TEST_CASE("valid JSON is parsed") {
  const auto got = parse_strict_json(R"({"a":[1,2.5,{"a":null}],"b":{"a":"\u00e9"}})", 4);
  REQUIRE(got);
  CHECK((*got)["a"][1] == 2.5);
  CHECK((*got)["b"]["a"] == "\xc3\xa9");
}

TEST_CASE("a duplicate member of an object is refused at any depth and in any spelling") {
  CHECK(fault(R"({"a":1,"a":1})") == "duplicate_member");
  CHECK(fault(R"({"sub":1,"s\u0075b":2})") == "duplicate_member");
  CHECK(fault(R"([{"x":{"":1,"":2}}])") == "duplicate_member");
  CHECK(fault(R"([{"a":1},{"a":{"a":2}},{"a":3}])").empty());
}

TEST_CASE("text that RFC 8259 does not allow is refused even if other parsers accept it") {
  using namespace std::string_literals;
  for (const auto& bad : {""s,
                          "{"s,
                          "{}x"s,
                          "{}{}"s,
                          "{}\0"s,
                          "{}\0{\"a\":1}"s,
                          "\xef\xbb\xbf{}"s,
                          "{'a':1}"s,
                          "{\"a\":1,}"s,
                          "/**/{}"s,
                          "NaN"s,
                          "[Infinity]"s,
                          "[-NaN]"s,
                          "[01]"s,
                          "[+1]"s,
                          "[ .5]"s,
                          "[0x10]"s,
                          "[\"\xff\"]"s,
                          "[\"\xc0\x80\"]"s,
                          "[\"\n\"]"s,
                          "[\"\\ud800\"]"s}) {
    CAPTURE(bad);
    CHECK(fault(bad) == "not_json");
  }
}

TEST_CASE("a number that a double cannot hold is refused") {
  CHECK(fault("[1e400]") == "not_json");
  CHECK(fault("[-1e400]") == "not_json");
  CHECK(fault("[1e308]").empty());
}

TEST_CASE("nesting depth is bounded and brackets in strings do not count") {
  CHECK(fault("[[[[1]]]]").empty());
  CHECK(fault("[[[[[]]]]]") == "too_deep");
  CHECK(fault(R"(["[[[[[[[["])").empty());
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(fault(deep) == "too_deep");
}

}  // namespace roost::net::auth
