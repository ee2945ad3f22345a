// SPDX-License-Identifier: Apache-2.0
// How a connection treats a client that sends too much: actors/connection/connection_actor.cpp.
#include <future>

#include "actors/connection/connection_actor.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using counter = metrics::counter;

namespace {

const std::string limited = R"("status":"error","response":{"reason":"rate limited","code":103}})";

settings slow(std::uint32_t messages, std::uint32_t joins = 100) {
  auto out = quiet();
  out.rates.connection.messages = {1, messages};
  out.rates.connection.joins = {1, joins};
  return out;
}

/// The refs of the replies that the client received, in order, and whether each was ok.
std::vector<std::string> replies(node_fixture& it, const session_fixture& client) {
  std::vector<std::string> out;
  for (const auto& each : it.got(client)) {
    if (each.find("phx_reply") == each.npos) continue;
    const auto ref = each.substr(each.find(',') + 1);
    const bool is_ok = each.find("\"ok\"") != each.npos;
    out.push_back(ref.substr(0, ref.find(',')) + (is_ok ? " ok" : " error"));
  }
  return out;
}

}  // namespace

TEST_CASE("a push over the rate limit is refused in order and the channel stays usable") {
  auto config = slow(2);
  node_fixture it(2, config);
  auto& client = it.open(0);
  it.join(client, topic_at(it.node, 1));
  const auto room = topic_at(it.node, 1);
  it.loops.on(0, [&] {
    for (const auto* ref : {"2", "3", "4", "5"}) client.say(line(ref, room, "x"));
  });
  it.wait_for(client, "phx_reply", 5);
  CHECK(replies(it, client) ==
        std::vector<std::string>{"\"1\" ok", "\"2\" ok", "\"3\" ok", "\"4\" error", "\"5\" error"});
  CHECK(client.count(limited) == 2);
  CHECK(it.probe.value(counter::rate_refusals) == 2);
  CHECK(it.probe.text().find("rate_refusals_total{kind=\"messages\",scope=\"connection\"} 2") !=
        std::string::npos);
  it.wait_until(client, [&] { return client.messages_answered == client.messages_sent; });
  config.rates.connection.messages = {};
  it.config.replace(config);
  it.say(client, line("6", room, "x"));
  it.wait_for(client, R"("6",")" + room + R"(","phx_reply",{"status":"ok")");
  it.wait_for(client, R"(")" + room + R"(","x",)", 3);  // the broadcasts of 2, 3 and 6
}

TEST_CASE("heartbeats do not count against the rate limit") {
  node_fixture it(1, slow(1));
  auto& client = it.open(0);
  it.join(client, "room:1");
  for (int i = 0; i < 20; ++i) it.say(client, line("2", "room:1", "x"));
  for (int i = 0; i < 50; ++i) it.say(client, line("h", "phoenix", "heartbeat"));
  it.wait_for(client, R"("h","phoenix","phx_reply",{"status":"ok")", 50);
}

TEST_CASE("joins over the rate limit are refused and leaves are not") {
  auto config = slow(100, 2);
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.join(client, "room:2");
  it.say(client, line("7", "room:3", "phx_join", "{}"));
  it.wait_for(client, R"("7","room:3","phx_reply",{)" + limited);
  it.say(client, line("8", "room:1", "phx_leave", "{}"));
  it.wait_for(client, R"("8","room:1","phx_reply",{"status":"ok")");
  config.rates.connection.joins = {};
  it.config.replace(config);
  it.join(client, "room:3");
}

TEST_CASE("more refusals per minute than the limit close the connection, at any stage") {
  auto config = quiet();
  config.limits.refusals_per_minute_max = 6;
  config.rooms[0].match = "room:*";
  config.rooms[0].members_max = 1;
  config.rooms[0].events.push_back({"small", 4, ""});
  node_fixture it(2, config);
  auto& first = it.open(0);
  it.join(first, "room:1");
  auto& client = it.open(0);
  it.say(client, line("2", "room:1", "phx_join", "{}"));  // refused by the owner
  it.wait_for(client, "room full");
  it.join(client, "room:2");
  const auto say = [&](std::string_view topic, std::string_view event) {
    it.say(client, line("3", topic, event));
  };
  say("room:2", "small");         // refused by the edge
  say("room:2", "phx_reserved");  // refused by the connection, answered by the edge
  say("room:9", "x");             // refused and answered by the connection
  say("else:1", "phx_join");
  say("room:9", "x");
  it.wait_for(client, "\"status\":\"error\"", 6);
  it.settle();
  it.loops.on(0, [&] { CHECK(client.is_open()); });
  say("room:2", "small");
  it.wait_until(client, [&] { return client.close_reason == errc::abuse; });
  it.loops.on(0, [&] { CHECK(first.is_open()); });
}

TEST_CASE("a heartbeat is answered while a join waits for its room") {
  node_fixture it(2);
  auto& client = it.open(0);
  const auto room = topic_at(it.node, 1);
  std::promise<void> goes_on;
  it.loops.at(1).post([&, wait = goes_on.get_future().share()] { wait.wait(); });
  it.say(client, line("1", room, "phx_join", "{}"));
  it.say(client, line("h", "phoenix", "heartbeat"));
  it.wait_for(client, R"("h","phoenix","phx_reply",{"status":"ok")");
  CHECK(it.got(client).size() == 1);
  goes_on.set_value();
  it.wait_for(client, R"("1",")" + room + R"(","phx_reply",{"status":"ok")");
}

TEST_CASE("messages are counted by direction and class") {
  settings config;
  config.rooms[0].ephemeral = {"typing"};
  config.rooms[0].presence.window_ms = 0;
  config.rooms[0].receipts.window_ms = 0;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.wait_for(client, "presence_state");
  for (const auto* event : {"x", "typing", "access_token", "presence_update"}) {
    it.say(client, line("2", "room:1", event, R"({"meta":{},"token":"t"})"));
  }
  it.wait_for(client, "\"x\"");
  const auto reply = it.got(client)[0];
  const auto epoch =
      reply.substr(reply.find("\"epoch\""), reply.find(",\"offset\"") - reply.find("\"epoch\""));
  it.say(client, line("3", "room:1", "mark_read", "{" + epoch + ",\"offset\":1}"));
  it.say(client, line("4", "phoenix", "heartbeat"));
  it.wait_for(client, "\"typing\"");
  it.wait_for(client, "presence_diff");
  it.say(client, line("5", "room:1", "phx_leave", "{}"));
  it.wait_for(client, "phx_close");
  it.settle();
  const auto text = it.probe.text();
  for (const auto* each :
       {"join", "leave", "push", "ephemeral", "heartbeat", "token", "presence", "receipt"}) {
    CAPTURE(each);
    CHECK(text.find("class=\"" + std::string{each} + "\",direction=\"in\"} 1\n") != text.npos);
  }
  for (const auto* each : {"reply", "broadcast", "presence", "ephemeral", "close"}) {
    CAPTURE(each);
    const auto label = "class=\"" + std::string{each} + "\",direction=\"out\"} ";
    const auto at = text.find(label);
    REQUIRE(at != text.npos);
    CHECK(text[at + label.size()] != '0');
  }
  CHECK(it.probe.value(metrics::histogram::handling) >= 1);
}
