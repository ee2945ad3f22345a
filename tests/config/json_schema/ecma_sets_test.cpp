// SPDX-License-Identifier: Apache-2.0
#include "config/json_schema/ecma_sets.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

// Tests how sets are written; ecma_pattern_test.cpp tests what they match.

TEST_CASE("a class escape has members and other letters have none") {
  CHECK(ecma_sets::members_of('d') == "0-9");
  for (char32_t letter : {U'D', U'w', U'W', U's', U'S'}) {
    CHECK_FALSE(ecma_sets::members_of(letter).empty());
  }
  CHECK(ecma_sets::members_of('h').empty());
}

TEST_CASE("a property is recognized by its ECMA 262 names and not by the names of RE2") {
  for (auto name : {"Lu", "Uppercase_Letter", "gc=Lu", "General_Category=Uppercase_Letter"}) {
    INFO(name);
    CHECK(ecma_sets::property_name(name) == "Lu");
  }
  CHECK(ecma_sets::property_name("Script=Greek") == "Greek");
  CHECK(ecma_sets::property_name("sc=Old_Italic") == "Old_Italic");
  for (auto name : {"", "Greek", "Script=L", "Script=Any", "Script=", "gc=", "x=Lu", "lu", "C"}) {
    INFO(name);
    CHECK(ecma_sets::property_name(name).empty());
  }
}
