// SPDX-License-Identifier: Apache-2.0
#include "actors/node/reload.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using actors::reload_result;

namespace {

loaded with(settings values) {
  loaded out;
  out.values = std::move(values);
  return out;
}

reload_result take(node_fixture& it, settings values) {
  return actors::reload(it.config, it.node, with(std::move(values)), it.probe);
}

double reloads(const node_fixture& it) { return it.probe.value(metrics::counter::reloads); }

}  // namespace

TEST_CASE("new limits apply to open connections") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  auto next = it.config.current();
  next.limits.channels_max = 1;
  CHECK(take(it, next) == reload_result::changed);
  it.say(client, line("2", "room:2", "phx_join"));
  it.wait_for(client, "too many channels joined");
}

TEST_CASE("a new rule applies to pushes and joins of existing rooms") {
  node_fixture it(1);
  auto& client = it.open(0);
  auto& other = it.open(0);
  it.join(client, "room:1");
  auto next = it.config.current();
  next.rooms[0].members_max = 1;
  next.rooms[0].echo = false;
  next.rooms[0].ephemeral = {"cursor"};
  next.rooms[0].events.push_back({"msg", 4, ""});
  CHECK(take(it, next) == reload_result::changed);
  it.say(client, line("2", "room:1", "msg"));
  it.wait_for(client, "payload too large");
  it.say(client, line("3", "room:1", "cursor"));
  it.wait_for(client, R"(["1","3","room:1","phx_reply",{"status":"ok","response":{}}])");
  it.say(client, line("4", "room:1", "shout"));
  it.wait_for(client, R"("offset":1)");
  it.say(other, line("1", "room:1", "phx_join"));
  it.wait_for(other, "room full");
  for (const auto& text : it.got(client)) CHECK(text.find("[null") == std::string::npos);
}

TEST_CASE("a reload that removes the idempotency field ends deduplication at once") {
  auto config = quiet();
  config.rooms[0].idempotency_field = "n";
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  for (int i = 0; i < 3; ++i) it.say(client, line("2", "room:1", "msg"));
  it.wait_for(client, R"("offset":1)", 3);  // deduplicated: the same push three times
  auto next = config;
  next.rooms[0].idempotency_field = "";
  CHECK(take(it, next) == reload_result::changed);
  it.say(client, line("3", "room:1", "msg"));
  it.wait_for(client, R"("offset":2)");
}

TEST_CASE("a reload evicts the events above the new bound of a history at once") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  for (int i = 0; i < 5; ++i) it.say(client, line("2", "room:1", "msg"));
  it.wait_for(client, R"("offset":5)");
  const auto missed = [&](int events) {
    auto& other = it.open(0);
    it.say(other, line("1", "room:1", "phx_join", R"({"history":10})"));
    it.wait_for(other, R"("missed":)" + std::to_string(events));
  };
  missed(5);
  auto next = it.config.current();
  next.rooms[0].history.events_max = 2;
  CHECK(take(it, next) == reload_result::changed);
  missed(2);
}

TEST_CASE("a topic that loses its rule refuses joins and pushes") {
  node_fixture it(1);
  auto& client = it.open(0);
  auto& other = it.open(0);
  it.join(client, "room:1");
  auto next = it.config.current();
  next.rooms[0].match = "lobby";
  CHECK(take(it, next) == reload_result::changed);
  it.say(other, line("1", "room:1", "phx_join"));
  it.wait_for(other, "unmatched topic");
  it.say(client, line("2", "room:1", "shout"));
  it.wait_for(client, "unmatched topic");
  it.say(client, line("3", "room:1", "phx_leave"));
  it.wait_for(client, "phx_close");
}

TEST_CASE("invalid settings change nothing and are counted") {
  node_fixture it(1);
  auto next = with(it.config.current());
  next.values.limits.channels_max = 1;
  next.problems.push_back({"limits.idle_ms", "is 0, must be 10..86400000"});
  CHECK(actors::reload(it.config, it.node, next, it.probe) == reload_result::refused);
  CHECK(it.config->limits.channels_max != 1);
  CHECK(reloads(it) == 1);
}

TEST_CASE("a reload with an unreadable schema is refused as a whole") {
  node_fixture it(1);
  auto next = it.config.current();
  next.limits.channels_max = 1;
  next.rooms[0].events.push_back({"msg", 0, "/nowhere/schema.json"});
  CHECK(take(it, next) == reload_result::refused);
  CHECK(it.config->limits.channels_max != 1);
}

TEST_CASE("a reload of the same settings changes nothing and is counted") {
  node_fixture it(1);
  CHECK(take(it, it.config.current()) == reload_result::unchanged);
  CHECK(reloads(it) == 1);
}
