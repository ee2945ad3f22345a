// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/access.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/fixtures/catch.hpp"

namespace roost::actors {

namespace {

using kind = access_rule::grantee;
using net::auth::token_claims;

token_claims claims(const char* text) {
  return *net::auth::read_claims(nlohmann::json::parse(text));
}

access_rule rule(kind allowed) { return {allowed, {}, {}}; }
access_rule claim_rule(const char* claim, std::vector<claim_value> in) {
  return {kind::claim, claim, std::move(in)};
}
room_rule room(std::optional<access_rule> join, std::vector<push_rule> push = {push_rule{}}) {
  room_rule out;
  out.allow = {std::move(join), std::move(push)};
  return out;
}
bool joins(const access_rule& join, std::string_view topic, principal caller) {
  return may_join({}, room(join), topic, caller);
}

const token_claims& ada() {
  static const auto token = claims(R"({"sub":"ada","role":"admin","level":3,"is_staff":true,
    "teams":["red",7,false,null,["deep"]],"empty":[],"nothing":null,"object":{"a":1},
    "grants":{"room:*":["join","push:msg"],"$*":["join","push:*"]}})");
  return token;
}

}  // namespace

TEST_CASE("each join rule allows only the topics and callers that it covers") {
  struct row {
    kind allowed;
    const char* topic;
    bool is_anybody_allowed;
    bool is_ada_allowed;
  };
  const row table[] = {
      {kind::any, "room:1", true, true},      {kind::any, "", false, false},
      {kind::any, "$sys", false, false},      {kind::user, "room:1", false, true},
      {kind::user, "$sys", false, false},     {kind::self, "user:ada", false, true},
      {kind::self, "room:ada", false, true},  {kind::self, "user:eve", false, false},
      {kind::self, "ada", false, false},      {kind::self, ":ada", false, true},
      {kind::self, "user:", false, false},    {kind::self, "user:ada:x", false, false},
      {kind::self, "user:Ada", false, false}, {kind::self, "$user:ada", false, false},
      {kind::grant, "room:1", false, true},   {kind::grant, "other", false, false},
      {kind::grant, "$sys", false, false},    {kind::none, "room:1", false, false},
  };
  for (const auto& row : table) {
    CAPTURE(static_cast<int>(row.allowed), row.topic);
    CHECK(joins(rule(row.allowed), row.topic, nullptr) == row.is_anybody_allowed);
    CHECK(joins(rule(row.allowed), row.topic, &ada()) == row.is_ada_allowed);
  }
}

TEST_CASE(
    "a claim rule allows a token whose claim equals or contains a listed value of the same type") {
  struct row {
    const char* claim;
    std::vector<claim_value> in;
    bool is_allowed;
  };
  using std::int64_t;
  using text = std::string;
  const row table[] = {
      {"role", {text{"admin"}}, true},
      {"role", {text{"editor"}, text{"admin"}}, true},
      {"role", {text{"Admin"}}, false},
      {"role", {text{"adm"}}, false},
      {"role", {}, false},
      {"Role", {text{"admin"}}, false},
      {"level", {int64_t{3}}, true},
      {"level", {int64_t{4}}, false},
      {"level", {text{"3"}}, false},
      {"is_staff", {true}, true},
      {"is_staff", {false}, false},
      {"is_staff", {int64_t{1}}, false},
      {"is_staff", {text{"true"}}, false},
      {"teams", {text{"red"}}, true},
      {"teams", {int64_t{7}}, true},
      {"teams", {false}, true},
      {"teams", {text{"blue"}, text{"deep"}}, false},
      {"empty", {text{""}}, false},
      {"nothing", {text{""}, false, int64_t{0}}, false},
      {"object", {text{"a"}, int64_t{1}}, false},
      {"absent", {text{""}, false}, false},
      {"", {text{""}}, false},
      {"sub", {text{"ada"}}, true},
  };
  for (const auto& row : table) {
    CAPTURE(row.claim, row.in.size());
    CHECK(joins(claim_rule(row.claim, row.in), "room:1", &ada()) == row.is_allowed);
    CHECK_FALSE(joins(claim_rule(row.claim, row.in), "room:1", nullptr));
    CHECK_FALSE(joins(claim_rule(row.claim, row.in), "$room:1", &ada()));
  }
}

TEST_CASE("a claim rule compares numbers by value") {
  const auto is_let_in = [](const char* level, std::int64_t wanted) {
    const auto token = claims(("{\"level\":" + std::string{level} + "}").c_str());
    return joins(claim_rule("level", {wanted}), "room:1", &token);
  };
  CHECK(is_let_in("3.0", 3));
  CHECK(is_let_in("3e0", 3));
  CHECK_FALSE(is_let_in("3.5", 3));
  CHECK_FALSE(is_let_in("18446744073709551615", -1));
  CHECK_FALSE(is_let_in("9007199254740992.0", 9'007'199'254'740'993));
}

TEST_CASE("a token without sub passes the user rule and no self rule") {
  const auto nobody = claims("{}");
  CHECK(joins(rule(kind::user), "room:1", &nobody));
  for (const auto* topic : {"user:", ":", "user", "user:ada"}) {
    CHECK_FALSE(joins(rule(kind::self), topic, &nobody));
  }
}

TEST_CASE("a rule without allow.join requires a token once a key is configured") {
  settings config;
  CHECK(may_join(config, room({}), "room:1", nullptr));
  config.auth.hs256_secret = std::string(32, 's');
  CHECK_FALSE(may_join(config, room({}), "room:1", nullptr));
  CHECK(may_join(config, room({}), "room:1", &ada()));
  CHECK_FALSE(may_join(config, room({}), "$sys", &ada()));
}

TEST_CASE("the first push rule that matches the event decides and unmatched events are refused") {
  const auto allow =
      room(rule(kind::any), {{{"announce", "pin*"}, claim_rule("role", {std::string{"admin"}})},
                             {{"msg"}, rule(kind::grant)},
                             {{"mine"}, rule(kind::self)},
                             {{"wave"}, rule(kind::any)},
                             {{"never"}, rule(kind::none)},
                             {{"never", "pin"}, rule(kind::any)}});
  const auto eve = claims(R"({"sub":"eve","role":"guest"})");
  struct row {
    const char *topic, *event;
    bool is_anybody_allowed, is_eve_allowed, is_ada_allowed;
  };
  const row table[] = {
      {"room:1", "announce", false, false, true}, {"room:1", "announcement", false, false, false},
      {"room:1", "pin", false, false, true},      {"room:1", "pinned", false, false, true},
      {"room:1", "msg", false, false, true},      {"other", "msg", false, false, false},
      {"room:eve", "mine", false, true, false},   {"room:1", "wave", true, true, true},
      {"room:1", "never", false, false, false},   {"room:1", "unlisted", false, false, false},
      {"room:1", "", false, false, false},        {"$room:1", "wave", false, false, false},
      {"$room:1", "msg", false, false, false},    {"", "wave", false, false, false},
  };
  for (const auto& row : table) {
    CAPTURE(row.topic, row.event);
    CHECK(may_push(allow, row.topic, row.event, nullptr) == row.is_anybody_allowed);
    CHECK(may_push(allow, row.topic, row.event, &eve) == row.is_eve_allowed);
    CHECK(may_push(allow, row.topic, row.event, &ada()) == row.is_ada_allowed);
  }
}

TEST_CASE(
    "the default settings allow every push and an empty list of push rules refuses every push") {
  CHECK(may_push({}, "room:1", "msg", nullptr));
  CHECK_FALSE(may_push(room(rule(kind::any), {}), "room:1", "msg", &ada()));
}

}  // namespace roost::actors
