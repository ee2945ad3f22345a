// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/request_target.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("a target is split into path and query") {
  const auto check = [](std::string_view target, std::string_view path, std::string_view query) {
    const auto parts = split_target(target);
    INFO(target);
    CHECK(parts.path == path);
    CHECK(parts.query == query);
  };
  check("/a/b", "/a/b", "");
  check("/a?b=c", "/a", "b=c");
  check("/a?", "/a", "");
  check("/a?b?c", "/a", "b?c");
  check("http://host:80/a?b", "/a", "b");
  check("http://host", "/", "");
  check("/a?next=http://host/x", "/a", "next=http://host/x");
  check("*", "*", "");
}

TEST_CASE("a query is decoded into pairs in their order") {
  const auto pairs = parse_query("a=1&b=x%20y+z&&c&d=%C3%A9&a=2&e==");
  REQUIRE(pairs);
  const parameter_list expected{{"a", "1"},        {"b", "x y z"}, {"c", ""},
                                {"d", "\xc3\xa9"}, {"a", "2"},     {"e", "="}};
  CHECK(*pairs == expected);
  CHECK(parse_query("")->empty());
}

TEST_CASE("a malformed percent sign makes the whole query invalid") {
  for (const auto* bad : {"a=%", "a=%4", "a=%zz", "%g0=1", "a=1&b=%2"}) {
    CHECK_FALSE(parse_query(bad));
  }
}

}  // namespace roost::net::http
