// SPDX-License-Identifier: Apache-2.0
// Access tokens of one connection, on running loops.
#include <nlohmann/json.hpp>

#include "actors/connection/connection_actor.hpp"
#include "actors/connection/user_registry.hpp"
#include "net/auth/mint.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

const std::string secret(32, 's');

settings with_key() {
  auto out = quiet();
  out.auth.hs256_secret = secret;
  out.rooms[0].allow.join = access_rule{access_rule::grantee::any};
  return out;
}

settings with_grants() {
  auto out = with_key();
  out.rooms[0].allow.join = access_rule{access_rule::grantee::grant};
  return out;
}

std::string token(nlohmann::json claims) { return *net::auth::mint(claims.dump(), secret); }

/// Unix time in seconds, this many seconds from now.
double in(double seconds) { return static_cast<double>(unix_ms()) / 1'000 + seconds; }

std::string carrying(const std::string& text) { return R"({"token":")" + text + "\"}"; }

net::connect_info required() {
  net::connect_info out;
  out.tokens = token_use::required;
  return out;
}

std::string ok(std::string_view ref, std::string_view topic_name) {
  return "\"" + std::string(ref) + "\",\"" + std::string(topic_name) +
         "\",\"phx_reply\",{\"status\":\"ok\"";
}

std::string refused(std::string_view ref, std::string_view topic_name, std::string_view reason) {
  return "\"" + std::string(ref) + "\",\"" + std::string(topic_name) +
         R"(","phx_reply",{"status":"error","response":{"reason":")" + std::string(reason);
}

std::size_t place_of(const std::vector<std::string>& all, std::string_view part) {
  std::size_t at = 0;
  while (at < all.size() && all[at].find(part) == all[at].npos) ++at;
  return at;
}

}  // namespace

TEST_CASE("a connection that requires a token refuses joins until it gets a valid one") {
  node_fixture it(1, with_key());
  auto& client = it.open_with(0, required());
  it.say(client, line("1", "phoenix", "heartbeat", "{}"));
  it.say(client, line("2", "room:1", "phx_join", "{}"));
  it.say(client, line("3", "room:1", "phx_join", carrying("no.token.this")));
  it.wait_for(client, ok("1", "phoenix"));
  it.wait_for(client, refused("2", "room:1", "unauthorized"));
  it.wait_for(client, refused("3", "room:1", "unauthorized"));
  it.say(client, line("4", "phoenix", "access_token", carrying(token({{"sub", "ada"}}))));
  it.wait_for(client, ok("4", "phoenix"));
  it.join(client, "room:1");
  CHECK(it.node.users().count("ada") == 1);
  it.close(client);
  it.loops.wait_until(0, [&] { return it.node.users().count("ada") == 0; });
}

TEST_CASE("a valid token in a join authenticates the connection") {
  node_fixture it(1, with_key());
  auto& client = it.open_with(0, required());
  it.say(client, line("2", "room:1", "phx_join", carrying(token({{"sub", "ada"}}))));
  it.wait_for(client, ok("2", "room:1"));
  it.join(client, "room:2");
}

TEST_CASE("a connection is closed if no token arrives before the deadline") {
  auto config = with_key();
  config.auth.first_message_ms = 100;
  node_fixture it(1, config);
  auto& late = it.open_with(0, required());
  auto& in_time = it.open_with(0, required());
  it.say(in_time, line("1", "phoenix", "access_token", carrying(token({{"sub", "ada"}}))));
  it.wait_until(late, [&] { return late.close_reason == errc::no_token; });
  it.settle();
  CHECK(in_time.is_open());
}

TEST_CASE("an expired token is announced and closes the connection after the grace period") {
  auto config = with_key();
  config.auth.grace_ms = 200;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.say(client, line("1", "phoenix", "access_token", carrying(token({{"exp", in(0.3)}}))));
  it.wait_for(client, ok("1", "phoenix"));
  it.wait_for(client, R"([null,null,"phoenix","token_expired",{"grace_ms":200}])");
  it.wait_until(client, [&] { return client.close_reason == errc::token_ended; });
  CHECK(it.probe.value(metrics::counter::token_expiries) == 2);
}

TEST_CASE("a refresh after the expiry warning keeps the connection open") {
  auto config = with_key();
  config.auth.grace_ms = 60'000;
  node_fixture it(1, config);
  auto& client = it.open(0);
  const auto refresh = [&](std::string_view ref, double seconds) {
    const auto next = token({{"sub", "ada"}, {"exp", in(seconds)}});
    it.say(client, line(ref, "phoenix", "access_token", carrying(next)));
    it.wait_for(client, ok(ref, "phoenix"));
  };
  refresh("1", 0.2);
  it.wait_for(client, "token_expired");
  refresh("2", 0.2);
  it.wait_for(client, "token_expired", 2);
  CHECK(client.is_open());
  CHECK(it.probe.value(metrics::counter::token_expiries) == 3);  // warned, refreshed, warned
}

TEST_CASE("a refresh with an invalid token or another user changes nothing") {
  node_fixture it(1, with_key());
  auto& client = it.open(0);
  it.join(client, "room:1");
  const auto expect = [&](std::string_view ref, const std::string& payload,
                          std::string_view expected) {
    INFO(ref);
    it.say(client, line(ref, "room:1", "access_token", payload));
    it.wait_for(client, expected.empty() ? ok(ref, "room:1") : refused(ref, "room:1", expected));
  };
  expect("2", carrying(token({{"sub", "ada"}})), "");
  expect("3", carrying(token({{"sub", "bob"}})), "unauthorized");
  expect("4", carrying(token({{"sub", "ada"}, {"exp", 1}})), "token expired");
  expect("5", carrying("rubbish"), "unauthorized");
  expect("6", "{}", "invalid payload");
  expect("7", R"({"access_token":")" + token({{"sub", "ada"}, {"exp", in(60)}}) + "\"}", "");
  CHECK(it.node.users().count("ada") == 1);
  CHECK(it.node.users().count("bob") == 0);
  CHECK(client.is_open());
}

TEST_CASE("a refresh that loses a grant closes the affected channels after its own reply") {
  node_fixture it(2, with_grants());
  auto& client = it.open(0);
  auto& other = it.open(1);
  const auto both =
      token({{"sub", "ada"}, {"grants", {{"room:1", {"join", "push:*"}}, {"room:2", {"join"}}}}});
  const auto less = token({{"sub", "ada"}, {"grants", {{"room:2", {"join"}}}}});
  const auto bobs = token({{"sub", "bob"}, {"grants", {{"room:*", {"join"}}}}});
  it.say(other, line("1", "room:1", "phx_join", carrying(bobs)));
  it.wait_for(other, ok("1", "room:1"));
  it.say(client, line("1", "room:1", "phx_join", carrying(both)));
  it.say(client, line("1", "room:2", "phx_join", "{}"));
  it.wait_for(client, ok("1", "room:2"));
  it.wait_for(client, ok("1", "room:1"));
  it.say(client, line("2", "room:1", "msg"));
  it.say(client, line("3", "room:1", "access_token", carrying(less)));
  it.say(client, line("4", "room:1", "msg"));
  it.say(client, line("5", "room:1", "phx_leave", "{}"));
  it.say(client, line("6", "room:2", "access_token", carrying(less)));
  it.wait_for(client, ok("5", "room:1"));
  it.wait_for(client, ok("6", "room:2"));
  it.settle();
  const auto got = it.got(client);
  const auto answered = place_of(got, ok("3", "room:1"));
  const auto closed = place_of(got, R"(["1","1","room:1","phx_close",{}])");
  CHECK(place_of(got, ok("2", "room:1")) < answered);
  CHECK(answered < closed);
  CHECK(closed < place_of(got, refused("4", "room:1", "unmatched topic")));
  CHECK(client.count("phx_close") == 1);
  CHECK(client.messages_answered == client.messages_sent);
  // The owner has removed the member, so no more events of the room arrive.
  const auto before = it.got(client).size();
  it.say(other, line("9", "room:1", "msg"));
  it.wait_for(other, R"("room:1","msg")", 2);
  it.settle();
  CHECK(it.got(client).size() == before);
  it.say(client, "[\"8\",\"8\",\"room:1\",\"phx_join\",{}]");
  it.wait_for(client, refused("8", "room:1", "unauthorized"));
}

TEST_CASE("the sub of the token is the presence key of a member") {
  auto config = with_key();
  config.rooms[0].presence.mode = presence_mode::full;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.say(client, line("1", "room:1", "phx_join", carrying(token({{"sub", "ada"}}))));
  it.wait_for(client, R"("presence_state",{"ada":{"metas")");
}

TEST_CASE("the sub of the token is the user of a push") {
  auto config = with_key();
  config.rooms[0].idempotency_field = "id";
  node_fixture it(1, config);
  // A key counts once for each user, over all its connections.
  const auto push_as = [&](const char* user, int expected_offset) {
    auto& client = it.open(0);
    it.say(client, line("1", "room:1", "phx_join", carrying(token({{"sub", user}}))));
    it.wait_for(client, ok("1", "room:1"));
    it.say(client, line("2", "room:1", "msg", R"({"id":"a"})"));
    it.wait_for(client, ok("2", "room:1"));
    const auto got = it.got(client);
    const auto& reply = got[place_of(got, ok("2", "room:1"))];
    CHECK(reply.find("\"offset\":" + std::to_string(expected_offset) + "}") != reply.npos);
  };
  push_as("ada", 1);
  push_as("bob", 2);
  push_as("ada", 1);
}

TEST_CASE("a token that exceeds the connection limit of its user closes the connection") {
  auto config = with_key();
  config.limits.connections_per_user = {1, over_limit::refuse};
  node_fixture it(1, config);
  auto& first = it.open(0);
  auto& second = it.open(0);
  const auto adas = carrying(token({{"sub", "ada"}}));
  it.say(first, line("1", "phoenix", "access_token", adas));
  it.wait_for(first, ok("1", "phoenix"));
  it.say(second, line("1", "phoenix", "access_token", adas));
  it.wait_until(second, [&] { return second.close_reason == errc::too_many_connections; });
  it.say(first, line("2", "phoenix", "access_token", adas));
  it.wait_for(first, ok("2", "phoenix"));
}

TEST_CASE("tokens are ignored if the mount does not use them or no key is configured") {
  net::connect_info no_use;
  no_use.tokens = token_use::none;
  {
    node_fixture it(1, with_key());
    auto& client = it.open_with(0, no_use);
    it.say(client, line("1", "phoenix", "access_token", carrying("rubbish")));
    it.wait_for(client, ok("1", "phoenix"));
    it.say(client, line("2", "room:1", "phx_join", R"({"token":7})"));
    it.wait_for(client, ok("2", "room:1"));
    CHECK(it.probe.value(metrics::counter::auth_results) == 0);
  }
  node_fixture it(1);
  auto& client = it.open(0);
  it.say(client, line("1", "room:1", "phx_join", carrying("rubbish")));
  it.wait_for(client, ok("1", "room:1"));
  it.say(client, line("2", "room:1", "access_token", carrying("rubbish")));
  it.wait_for(client, ok("2", "room:1"));
}
