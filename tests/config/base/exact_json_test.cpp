// SPDX-License-Identifier: Apache-2.0
#include "config/base/exact_json.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

json value(const std::string& text) { return json::parse(text); }
/// Compares two JSON values: -1, 0 or 1.
int order(const std::string& left, const std::string& right) {
  const auto out = exact_order(value(left), value(right));
  return out < 0 ? -1 : out > 0 ? 1 : 0;
}
bool is_multiple(const std::string& of, const std::string& by) {
  return is_multiple_of(value(of), value(by));
}

}  // namespace

TEST_CASE("numbers are equal if their values are equal") {
  for (auto [left, right] : std::initializer_list<std::pair<const char*, const char*>>{
           {"12", "12.0"},
           {"1e2", "100"},
           {"0", "-0.0"},
           {"-3", "-3.0"},
           {"18446744073709551616", "1.8446744073709551616e19"}}) {
    INFO(left);
    CHECK(order(left, right) == 0);
    CHECK(order(right, left) == 0);
  }
  CHECK(order("[1, {\"a\": 2.0}]", "[1.0, {\"a\": 2}]") == 0);
}

TEST_CASE("numbers are ordered exactly without rounding or overflow") {
  for (auto [less, more] : std::initializer_list<std::pair<const char*, const char*>>{
           {"-1", "18446744073709551615"},
           {"0", "9223372036854775808"},
           {"9223372036854775807", "9223372036854775808"},
           {"9007199254740992.0", "9007199254740993"},
           {"18446744073709551615", "1e20"},
           {"-1e20", "-9223372036854775808"},
           {"-9223372036854775808", "0.5"},
           {"1", "1.5"},
           {"-1.5", "-1"},
           {"-2", "-1.5"},
           {"-0.5", "0"},
           {"0", "0.5"}}) {
    INFO(less);
    CHECK(order(less, more) < 0);
    CHECK(order(more, less) > 0);
  }
}

TEST_CASE("values of different types are never equal and all values are ordered") {
  const std::vector<const char*> all{"null", "false",      "true",  "0",        "1",
                                     "\"\"", "\"1\"",      "[]",    "[null]",   "[false]",
                                     "{}",   "{\"a\": 1}", "[1,2]", "{\"b\":1}"};
  for (const auto* left : all) {
    for (const auto* right : all) {
      INFO(left << " " << right);
      CHECK((order(left, right) == 0) == (std::string{left} == right));
      CHECK((order(left, right) < 0) == (order(right, left) > 0));
    }
  }
}

TEST_CASE("a number is whole if its value has no fraction") {
  for (auto text : {"1", "1.0", "1e2", "-0.0", "18446744073709551616", "1e300", "-5"}) {
    INFO(text);
    CHECK(is_whole_number(value(text)));
  }
  for (auto text : {"1.5", "1e-1", "\"1\"", "true", "null", "[1]"}) {
    INFO(text);
    CHECK_FALSE(is_whole_number(value(text)));
  }
}

TEST_CASE("a multiple is determined from the decimal text without rounding") {
  CHECK(is_multiple("19.99", "0.01"));
  CHECK(is_multiple("0.3", "0.1"));
  CHECK(is_multiple("4.35", "0.05"));
  CHECK(is_multiple("-1.1", "0.1"));
  CHECK(is_multiple("0", "0.3"));
  CHECK(is_multiple("1e300", "1e-300"));
  CHECK(is_multiple("18446744073709551615", "5"));
  CHECK(is_multiple("18446744073709551615", "18446744073709551615"));
  CHECK(is_multiple("5.0", "2.5"));
  CHECK_FALSE(is_multiple("19.999", "0.01"));
  CHECK_FALSE(is_multiple("0.00751", "0.0001"));
  CHECK_FALSE(is_multiple("1", "0.3"));
  CHECK_FALSE(is_multiple("5", "10"));
  CHECK_FALSE(is_multiple("1e308", "0.123456789"));
}
