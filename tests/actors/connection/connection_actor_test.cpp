// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/connection_actor.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

std::string batch_of(std::size_t messages) {
  std::string out = "[";
  for (std::size_t i = 0; i < messages; ++i) {
    if (i > 0) out += ',';
    out += "[null,\"" + std::to_string(i) + "\",\"phoenix\",\"heartbeat\",{}]";
  }
  return out + "]";
}

}  // namespace

TEST_CASE(
    "up to malformed_max malformed messages are tolerated and one more closes the connection") {
  auto config = quiet();
  config.limits.malformed_max = 3;
  node_fixture it(1, config);
  auto& client = it.open(0);
  for (int i = 0; i < 3; ++i) it.say(client, "{not json");
  it.say(client, line("9", "phoenix", "heartbeat"));
  it.wait_for(client, "\"9\"");
  CHECK(client.close_reason == errc::none);
  it.say(client, "{not json");
  it.wait_until(client, [&] { return client.close_reason == errc::malformed_message; });
  CHECK(it.probe.value(metrics::counter::malformed) == 4);
}

TEST_CASE("a lone surrogate is refused and does not count as malformed") {
  auto config = quiet();
  config.limits.malformed_max = 0;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  for (int i = 0; i < 11; ++i) it.say(client, line("2", "room:1", "x", R"({"a":"\ud83d"})"));
  it.wait_for(client, row_of(errc::invalid_payload).reason, 11);
  it.say(client, line("3", R"(\ud83d)", "phx_join"));
  it.wait_for(client, R"(["1","3","\ud83d","phx_reply",{"status":"error")");
  CHECK(client.close_reason == errc::none);
  CHECK(it.probe.value(metrics::counter::malformed) == 0);
}

TEST_CASE("a message that is dropped for its stale join_ref is counted") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, R"(["7","8","room:1","x",{}])");
  it.say(client, R"([1,"9","room:1","phx_leave",{}])");  // the number 1 is not the text "1"
  it.say(client, line("10", "phoenix", "heartbeat"));
  it.wait_for(client, "\"10\"");
  CHECK(it.probe.value(metrics::counter::messages_dropped) == 2);
  CHECK(it.probe.text().find("roost_messages_dropped_total{reason=\"stale_join_ref\"} 2") !=
        std::string::npos);
}

TEST_CASE("each message of a frame has its own credit and returns it when it is answered") {
  node_fixture it(2);
  auto& client = it.open(0);
  it.join(client, "room:1");
  std::string frame = "[";
  for (int i = 0; i < 99; ++i) frame += line(std::to_string(i), "room:1", "x") + ",";
  frame += line("99", "phoenix", "heartbeat") + "]";  // answered at once
  const auto before = client.messages_answered;
  it.say(client, frame);
  it.wait_until(client, [&] { return client.messages_answered >= before + 100; });
  it.settle();
  it.loops.on(0, [&] {
    CHECK(client.messages_answered == client.messages_sent);
    CHECK(client.bytes_answered == client.bytes_sent);
  });
}

TEST_CASE("every message returns its credit with any result") {
  auto config = quiet();
  config.limits.malformed_max = 100;
  config.limits.payload_bytes_max = 100;
  config.rooms[0].match = "room:*";
  node_fixture it(2, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  std::string large(200, ' ');
  large.back() = '7';
  const std::vector<std::string> all{
      line("2", "room:1", "x"),             // a push
      line("3", "room:1", "phx_reserved"),  // refused, but answered in order
      line("4", "room:1", "x", large),      // refused: too large
      line("5", "room:2", "x"),             // no channel
      line("6", "nowhere:2", "phx_join"),   // no such room
      "[\"7\",\"8\",\"room:1\",\"x\",{}]",  // stale: dropped
      "{not json",
      batch_of(100),
      batch_of(101),
      "[" + line("12", "room:1", "x") + "," + line("13", "room:1", "x") + "]",
      "[]",
      line("1", "room:1", "phx_join"),  // a second join
      line("9", "room:1", "phx_leave"),
      line("10", "room:1", "phx_leave"),
      line("11", "room:1", "x"),
  };
  for (int round = 0; round < 3; ++round) {
    for (const auto& each : all) it.say(client, each);
  }
  it.wait_until(client, [&] { return client.messages_answered >= client.messages_sent; });
  it.settle();
  it.loops.on(0, [&] {
    CHECK(client.messages_answered == client.messages_sent);
    CHECK(client.bytes_answered == client.bytes_sent);
    CHECK(client.is_open());
  });
}

TEST_CASE("a frame may hold a hundred messages and with one more it is malformed") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.say(client, batch_of(100));
  it.wait_for(client, "phx_reply", 100);
  it.say(client, batch_of(101));
  it.wait_until(client, [&] { return client.messages_answered == 101; });
  CHECK(it.got(client).size() == 100);
  CHECK(it.probe.value(metrics::counter::malformed) == 1);
}

TEST_CASE("a join without a rule and a push without a channel are refused as unmatched") {
  auto config = quiet();
  config.rooms[0].match = "room:*";
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.say(client, line("1", "other:1", "phx_join", "{}"));
  it.say(client, line("2", "room:1", "x"));
  it.wait_for(client, "unmatched topic", 2);
  CHECK(it.got(client)[0].starts_with("[null,\"1\",\"other:1\",\"phx_reply\""));
  CHECK_FALSE(it.node.edges().find(topic{"other:1"}));
}

TEST_CASE("a leave closes the channel and frees its place for another one") {
  auto config = quiet();
  config.limits.channels_max = 1;
  node_fixture it(2, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:2", "phx_join", "{}"));
  it.wait_for(client, row_of(errc::too_many_channels).reason);
  it.say(client, line("3", "room:1", "phx_leave", "{}"));
  it.say(client, line("4", "room:2", "phx_join", "{}"));
  it.wait_for(client, "phx_close");
  it.wait_for(client, "[\"1\",\"4\",\"room:2\",\"phx_reply\",{\"status\":\"ok\"");
  it.loops.wait_until(0, [&] { return !it.node.edges().find(topic{"room:1"}); });
}

TEST_CASE("a second join closes the first channel and broadcasts arrive once") {
  node_fixture it(2);
  auto& client = it.open(1);
  it.join(client, "room:1");
  it.say(client, "[\"5\",\"5\",\"room:1\",\"phx_join\",{}]");
  it.wait_for(client, "phx_close");
  it.say(client, "[\"5\",\"6\",\"room:1\",\"x\",{}]");
  it.wait_for(client, "\"x\"");
  it.settle();
  CHECK(client.count("[null,null,\"room:1\",\"x\"") == 1);
  CHECK(client.count("[\"1\",\"1\",\"room:1\",\"phx_close\"") == 1);
}
