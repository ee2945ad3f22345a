// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_syntax.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

// Tests how patterns are translated; ecma_pattern_test.cpp tests what they match.

TEST_CASE("characters other than letters and digits are written as code points") {
  CHECK(*re2_syntax_of("a1 _-/") == R"(a1\x{20}\x{5F}\x{2D}\x{2F})");
  CHECK(*re2_syntax_of("\xF0\x9F\x98\x80") == R"(\x{1F600})");
  CHECK(*re2_syntax_of(R"([[:alpha:])") == R"([\x{5B}\x{3A}alpha\x{3A}])");
}

TEST_CASE("anchors match at the ends of the text and not of a line") {
  CHECK(*re2_syntax_of("^a$") == R"(\Aa\z)");
}

TEST_CASE("capturing and named groups become groups that do not capture") {
  CHECK(*re2_syntax_of("(a)(?:b)(?<n>c)|d") == "(?:a)(?:b)(?:c)|d");
}

TEST_CASE("an empty class and its negation are translated to classes that RE2 accepts") {
  CHECK(*re2_syntax_of("[]") == R"([^\x{0}-\x{10FFFF}])");
  CHECK(*re2_syntax_of("[^]") == R"([\x{0}-\x{10FFFF}])");
}

TEST_CASE("the first error of a pattern is reported") {
  CHECK(re2_syntax_of("(a(?=b").failure().detail == "lookaheads are not supported");
  CHECK(re2_syntax_of(R"(\z)").failure().detail == R"(\z is not an escape of ECMA 262)");
}
