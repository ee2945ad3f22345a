// SPDX-License-Identifier: Apache-2.0
#include "net/protocol/message.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost::net;

TEST_CASE("the plain text of a ref is its unescaped string or its JSON") {
  CHECK(plain_text(ref{}).empty());
  CHECK(plain_text(ref{"\"12\""}) == "12");
  CHECK(plain_text(ref{"12"}) == "12");
  CHECK(plain_text(ref{"\"a\\\"\\u00e9\""}) == "a\"\xc3\xa9");
  CHECK(plain_text(ref{"{\"a\":1}"}) == "{\"a\":1}");
}

TEST_CASE("a number and an equal string are the same ref only as plain text") {
  CHECK_FALSE(same_ref(ref{"1"}, ref{"\"1\""}));
  CHECK_FALSE(same_ref(ref{"\"1\""}, ref{"1"}));
  CHECK_FALSE(same_ref(ref{"1"}, ref{"1.0"}));
  CHECK(same_plain_text(ref{"1"}, ref{"\"1\""}));
  CHECK_FALSE(same_plain_text(ref{"1"}, ref{"\"2\""}));
}

TEST_CASE("string refs compare unescaped and other refs compare as written") {
  CHECK(same_ref(ref{"\"\\u0031\""}, ref{"\"1\""}));
  CHECK(same_ref(ref{"7"}, ref{"7"}));
  CHECK_FALSE(same_ref(ref{"\"1\""}, ref{"\"2\""}));
}

TEST_CASE("a null ref equals only null") {
  for (const auto same : {same_ref, same_plain_text}) {
    CHECK(same(ref{}, ref{}));
    CHECK_FALSE(same(ref{}, ref{"\"\""}));
    CHECK_FALSE(same(ref{"0"}, ref{}));
  }
}

TEST_CASE("wire formats have consecutive indexes") {
  for (std::size_t i = 0; i < wire_format::count; ++i) CHECK(wire_format::at(i).index() == i);
}
