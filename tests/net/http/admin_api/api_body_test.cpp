// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_body.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {
namespace {

errc failure_of(std::string_view text) {
  const auto got = api_body::read(text, {"a", "b"});
  return got ? errc::none : got.failure().code;
}

errc name_failure(std::string_view text) {
  const auto body = api_body::read(text, {"a"});
  REQUIRE(body);
  const auto got = body->name("a");
  return got ? errc::none : got.failure().code;
}

}  // namespace

TEST_CASE("a body is one JSON object with known members and no duplicates") {
  CHECK(failure_of("{}") == errc::none);
  CHECK(failure_of(" {\"a\": 1 , \"b\":[{}]}\n") == errc::none);
  for (const auto* text : {"", "7", "[]", "null", "{", "{\"a\":1}x", "{\"a\":1,}", "{\"c\":1}",
                           "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"a\":\"\xff\"}"}) {
    INFO(text);
    CHECK(failure_of(text) == errc::bad_request);
  }
  CHECK(failure_of(std::string(5'000, '[')) != errc::none);
}

TEST_CASE("a value keeps its original JSON text") {
  const auto body = api_body::read(R"({"a": {"n": 1.0e2 , "big":123456789012345678901}})", {"a"});
  REQUIRE(body);
  REQUIRE(body->find("a"));
  CHECK(body->find("a")->text == R"({"n": 1.0e2 , "big":123456789012345678901})");
  CHECK(body->find("b") == nullptr);
}

TEST_CASE("a name is unescaped and has 1 to 255 bytes and no control characters") {
  const auto body = api_body::read(R"({"a":"room:\u00e9\"x"})", {"a"});
  REQUIRE(body);
  CHECK(*body->name("a") == "room:\xc3\xa9\"x");
  CHECK(name_failure("{}") == errc::bad_request);
  CHECK(name_failure(R"({"a":7})") == errc::bad_request);
  CHECK(name_failure(R"({"a":""})") == errc::bad_request);
  CHECK(name_failure(R"({"a":"x\ny"})") == errc::bad_request);
  CHECK(name_failure("{\"a\":\"" + std::string(255, 'x') + "\"}") == errc::none);
  CHECK(name_failure("{\"a\":\"" + std::string(256, 'x') + "\"}") == errc::name_too_long);
}

TEST_CASE("a list of names has at least one name and at most the given maximum") {
  const auto names = [](std::string_view text) {
    const auto body = api_body::read(text, {"a"});
    REQUIRE(body);
    return body->names("a", 2);
  };
  CHECK(*names(R"({"a":["x", "y"]})") == std::vector<std::string>{"x", "y"});
  for (const auto* text : {"{}", R"({"a":[]})", R"({"a":"x"})", R"({"a":["x","y","z"]})",
                           R"({"a":["x",1]})", R"({"a":["x",[]]})"}) {
    INFO(text);
    CHECK_FALSE(names(text));
  }
}

}  // namespace roost::net::http
