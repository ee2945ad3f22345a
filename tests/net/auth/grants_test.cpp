// SPDX-License-Identifier: Apache-2.0
#include "net/auth/grants.hpp"

#include <nlohmann/json.hpp>

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

grant_list grants(const char* text) {
  auto got = grant_list::read(json::parse(text));
  REQUIRE(got);
  return *got;
}

bool is_refused(const json& claim) {
  const auto got = grant_list::read(claim);
  return !got && got.failure().code == errc::bad_token && got.failure().detail == "claim_grants";
}

}  // namespace

TEST_CASE("a grant allows exactly the topics and actions that it names") {
  const auto got =
      grants(R"({"room:*":["join","push:msg"],"room:42":["push:*"],"lobby":["join"]})");
  struct row {
    const char* topic;
    const char* event;  // null: a join
    bool is_allowed;
  };
  const row table[] = {
      {"room:1", nullptr, true},    {"room:", nullptr, true},      {"room", nullptr, false},
      {"Room:1", nullptr, false},   {"lobby", nullptr, true},      {"lobby:1", nullptr, false},
      {"lobb", nullptr, false},     {"", nullptr, false},          {"room:1", "msg", true},
      {"room:1", "msg2", false},    {"room:1", "ms", false},       {"room:1", "", false},
      {"room:1", "*", false},       {"room:42", "anything", true}, {"room:42", "", true},
      {"room:421", "other", false}, {"lobby", "msg", false},       {"other", "msg", false},
  };
  for (const auto& [topic, event, is_allowed] : table) {
    CAPTURE(topic, event ? event : "(join)");
    CHECK((event ? got.allows_push(topic, event) : got.allows_join(topic)) == is_allowed);
  }
}

TEST_CASE("no pattern matches a topic that begins with $") {
  const auto got = grants(R"({"*":["join","push:*"],"$sys":["join","push:*"],"$*":["join"]})");
  CHECK(got.allows_join("any"));
  for (const auto* topic : {"$sys", "$", "$*", "$sys:1"}) {
    CHECK_FALSE(got.allows_join(topic));
    CHECK_FALSE(got.allows_push(topic, "msg"));
  }
}

TEST_CASE("a star that is not at the end of a pattern matches only itself") {
  const auto got = grants(R"({"room:*:x":["join"],"*:y":["join"],"z":["push:a*b","push:c*"]})");
  CHECK_FALSE(got.allows_join("room:1:x"));
  CHECK(got.allows_join("room:*:x"));
  CHECK_FALSE(got.allows_join("room:y"));
  CHECK_FALSE(got.allows_push("z", "axb"));
  CHECK(got.allows_push("z", "a*b"));
  CHECK(got.allows_push("z", "cde"));
}

TEST_CASE("an unknown action in a grant allows nothing") {
  const auto got = grants(R"({"a":["JOIN","joins","push","push:","*","","Push:x","read"],"b":[]})");
  CHECK_FALSE(got.allows_join("a"));
  CHECK_FALSE(got.allows_push("a", "x"));
  CHECK_FALSE(got.allows_push("a", ""));
  CHECK_FALSE(got.allows_join("b"));
}

TEST_CASE("a grants claim of the wrong form is refused") {
  for (const auto* bad :
       {R"(null)", R"("room:*")", R"([])", R"(1)", R"({"a":"join"})", R"({"a":{"join":true}})",
        R"({"a":[1]})", R"({"a":[["join"]]})", R"({"a":null})", R"({"":["join"]})"}) {
    CAPTURE(bad);
    CHECK(is_refused(json::parse(bad)));
  }
}

TEST_CASE("grants are bounded in number and in bytes") {
  json many = json::object();
  for (std::size_t i = 0; i < grant_list::entries_max / 2; ++i) {
    many[std::to_string(i)] = json::array({"join"});
  }
  CHECK_FALSE(is_refused(many));
  many["0"].push_back("push:x");
  CHECK(is_refused(many));
  CHECK_FALSE(
      is_refused({{std::string(255, 'a'), json::array({"push:" + std::string(255, 'e')})}}));
  CHECK(is_refused({{std::string(256, 'a'), json::array({"join"})}}));
  CHECK(is_refused({{"a", json::array({"push:" + std::string(256, 'e')})}}));
}

}  // namespace roost::net::auth
