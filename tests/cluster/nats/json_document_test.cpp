// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/json_document.hpp"

#include "tests/fixtures/catch.hpp"

using roost::cluster::json_document;

TEST_CASE("parts of a JSON text are read by their pointers") {
  const json_document read(
      R"({"a": {"b": [1, {"c": "text"}], "yes": true}, "big": 18446744073709551615, "low": -7})");
  CHECK(read.is_object());
  CHECK(read.has("/a/b/1/c"));
  CHECK(read.number("/a/b/0") == 1);
  CHECK(read.number("/big") == 18446744073709551615U);
  CHECK(read.signed_number("/low") == -7);
  CHECK(read.flag("/a/yes"));
  CHECK(read.text("/a/b/1/c") == "text");
  CHECK(read.keys("/a") == std::vector<std::string>{"b", "yes"});
  CHECK(read.raw("/a") == R"({"b":[1,{"c":"text"}],"yes":true})");
  CHECK(read.raw("/low") == "-7");
}

TEST_CASE("a part that is missing or of another type has the default") {
  const json_document read(R"({"a": "text", "b": -1, "c": null})");
  CHECK_FALSE(read.has("/d"));
  CHECK_FALSE(read.has("/a/b"));
  CHECK(read.has("/c"));
  CHECK(read.number("/a") == 0);
  CHECK(read.number("/b") == 0);
  CHECK(read.signed_number("/a") == 0);
  CHECK_FALSE(read.flag("/a"));
  CHECK(read.text("/b").empty());
  CHECK(read.keys("/a").empty());
  CHECK(read.raw("/d").empty());
}

TEST_CASE("a text that is no JSON object has no parts") {
  for (const auto* json : {"", "{", "[1]", "7", "{\"a\":1} x"}) {
    INFO(json);
    const json_document read(json);
    CHECK_FALSE(read.is_object());
    CHECK_FALSE(read.has("/a"));
    CHECK(read.number("/0") == 0);
    CHECK(read.raw("/0").empty());
    CHECK(read.keys("").empty());
  }
}
