// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_access.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;
using who = access_rule::grantee;

TEST_CASE("each auth setting is loaded into its field") {
  auto got = load_text(R"({"auth": {"hs256_secret": "0123456789abcdef0123456789abcdef",
    "jwks_url": "https://id.example.com/keys", "issuer": "https://id.example.com",
    "audience": "chat", "leeway_ms": 1, "grace_ms": 2, "first_message_ms": 30, "cookie": "tok"},
    "sockets": [{"auth": "required"}, {"path": "/open", "auth": "none"}, {"path": "/may"}]})");
  CHECK(all_of(got) == "");
  const auto& auth = got.values.auth;
  CHECK(auth.hs256_secret == "0123456789abcdef0123456789abcdef");
  CHECK(auth.jwks_url == "https://id.example.com/keys");
  CHECK(auth.issuer == "https://id.example.com");
  CHECK(auth.audience == "chat");
  CHECK(auth.leeway_ms == 1);
  CHECK(auth.grace_ms == 2);
  CHECK(auth.first_message_ms == 30);
  CHECK(auth.cookie == "tok");
  CHECK(got.values.sockets[0].auth == token_use::required);
  CHECK(got.values.sockets[1].auth == token_use::none);
  CHECK(got.values.sockets[2].auth == token_use::optional);
}

TEST_CASE("an invalid auth setting is reported with its required form") {
  CHECK(all_of(load_text(R"({"auth": {"jwks_url": "ftp://id", "cookie": "a b", "grace_ms": -1},
                             "sockets": [{"auth": "maybe"}]})")) ==
        "auth.cookie: is \"a b\", must be a token of RFC 9110\n"
        "auth.grace_ms: is -1, must be 0..86400000 ms\n"
        "auth.jwks_url: is \"ftp://id\", must be like https://host/path or "
        "http://host:port/path\n"
        "sockets[0].auth: is \"maybe\", must be none, optional or required\n");
}

TEST_CASE("the access rules of a room are loaded") {
  auto got = load_text(R"({"auth": {"jwks_url": "https://id/keys"}, "rooms": [
    {"match": "user:*", "allow": {"join": "self", "push": "none"}},
    {"match": "room:*", "allow": {"join": "grant", "push": [
      {"events": ["announce"], "allow": {"claim": "role", "in": ["admin"]}},
      {"events": ["*"], "allow": "any"}]}}]})");
  CHECK(all_of(got) == "");
  const auto& rooms = got.values.rooms;
  CHECK(rooms[0].allow.join->allowed == who::self);
  CHECK(rooms[0].allow.push[0].allow.allowed == who::none);
  CHECK(rooms[1].allow.join->allowed == who::grant);
  REQUIRE(rooms[1].allow.push.size() == 2);
  CHECK(rooms[1].allow.push[0].allow.claim == "role");
}

TEST_CASE("the default join rule is any without a token key and user with one") {
  CHECK(load_text("{}").values.rooms[0].allow.join->allowed == who::any);
  CHECK(load({}).values.rooms[0].allow.join->allowed == who::any);
  auto keyed = load_text(R"({"auth": {"jwks_url": "https://id/keys"},
    "rooms": [{"match": "a"}, {"match": "b", "allow": {"join": "any"}}]})");
  CHECK(keyed.values.rooms[0].allow.join->allowed == who::user);
  CHECK(keyed.values.rooms[1].allow.join->allowed == who::any);
  CHECK(keyed.values.rooms[0].allow.push[0].allow.allowed == who::any);
}

TEST_CASE("an invalid access rule is reported with its key path") {
  CHECK(all_of(load_text(R"({"rooms": [{"allow": {"join": "hook", "push": [1], "pull": 1}}]})")) ==
        "rooms[0].allow.join: is \"hook\", which is not supported in this version\n"
        "rooms[0].allow.pull: is not a setting; did you mean rooms[0].allow.push?\n"
        "rooms[0].allow.push[0]: is 1, must have exactly \"events\" and \"allow\"\n");
}

TEST_CASE("the path of the key file is relative to the configuration file") {
  config_file keys{R"({"keys": []})"};
  auto got = load_text(R"({"auth": {"jwks_file": ")" + keys.name() + "\"}}");
  CHECK(all_of(got) == "");
  CHECK(std::filesystem::equivalent(got.values.auth.jwks_file, keys.path()));
}
