// SPDX-License-Identifier: Apache-2.0
#include "config/base/decimal.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("every notation of a number is parsed into the same digits and power of ten") {
  for (auto text : {"1250", "1250.0", "1.25e3", "125E+1", "12500e-1", "0.125e4"}) {
    INFO(text);
    const auto number = read_decimal(text);
    REQUIRE(number);
    CHECK(number->digits == "125");
    CHECK(number->exponent == 1);
    CHECK_FALSE(number->is_negative);
  }
  CHECK(read_decimal("-0.0")->digits.empty());
  CHECK(read_decimal("-0.01")->exponent == -2);
  CHECK(read_decimal("-0.01")->is_negative);
}

TEST_CASE("text that is not a JSON number is rejected and its canonical form is the text itself") {
  for (auto text : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e1", "0x1", "1 ", " 1",
                    "1,0", "NaN", "Infinity", "1e9999999999", "true", "\"1\""}) {
    INFO(text);
    CHECK_FALSE(read_decimal(text));
    CHECK_FALSE(whole_number(text));
    CHECK(canonical_number(text) == text);
  }
}

TEST_CASE("a whole number may be written with a zero fraction or an exponent") {
  for (auto text : {"12", "12.0", "1.2e1", "120e-1", "0.12E2", "12.000"}) {
    INFO(text);
    CHECK(whole_number(text) == 12U);
  }
  for (auto text : {"0", "-0", "-0.0", "0e5", "0.000"}) {
    INFO(text);
    CHECK(whole_number(text) == 0U);
  }
  CHECK(whole_number("18446744073709551615") == UINT64_MAX);
  CHECK(whole_number("18446744073709551615.0") == UINT64_MAX);
  CHECK(whole_number("1e19") == 10'000'000'000'000'000'000U);
}

TEST_CASE("a number that is fractional or negative or too large is not a whole number") {
  for (auto text : {"1.5", "-1", "-1.0", "18446744073709551616", "1e20", "1e-1", "1e999999999"}) {
    INFO(text);
    CHECK_FALSE(whole_number(text));
  }
  CHECK(whole_number("10.0", 10) == 10U);
  CHECK_FALSE(whole_number("11", 10));
}

TEST_CASE("equal numbers have the same canonical text") {
  for (auto text : {"12", "12.0", "1.2e1", "120e-1"}) CHECK(canonical_number(text) == "12");
  for (auto text : {"-12", "-12.0"}) CHECK(canonical_number(text) == "-12");
  for (auto text : {"0", "-0", "0.0", "-0e9"}) CHECK(canonical_number(text) == "0");
  for (auto text : {"0.5", "5e-1", "0.50"}) CHECK(canonical_number(text) == "5e-1");
  const std::string large = "1" + std::string(30, '0');
  CHECK(canonical_number(large) == canonical_number("1e30"));
  CHECK(canonical_number("100000000000000000") == canonical_number("1e17"));
  CHECK(canonical_number("1000000000000000000") == canonical_number("1e18"));
  CHECK(canonical_number("1000000000000000001") != canonical_number("1e18"));
}
