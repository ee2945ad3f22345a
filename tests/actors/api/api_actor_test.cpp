// SPDX-License-Identifier: Apache-2.0
// The server API on a complete node, without the HTTP port.
#include "actors/api/api_actor.hpp"

#include <future>
#include <nlohmann/json.hpp>

#include "actors/connection/user_registry.hpp"
#include "actors/edge/edge_registry.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using net::http::api_request;
using net::http::api_result;
using net::http::api_route;
using nlohmann::json;

namespace {

api_request about(api_route route, std::vector<topic> topics = {}) {
  api_request out;
  out.route = route;
  out.topics = std::move(topics);
  return out;
}

api_request publishing(std::vector<topic> topics, const std::string& event = "msg",
                       const std::string& idempotency_key = {}) {
  auto out = about(topics.size() > 1 ? api_route::broadcast : api_route::publish, topics);
  out.event = event;
  out.payload = slice::of(bytes_ptr::copy(R"({"n":1})"));
  out.idempotency_key = idempotency_key;
  return out;
}

/// Sends the request from loop 0 and checks that the answer arrives on that loop.
api_result ask(node_fixture& it, api_request request) {
  std::promise<api_result> got;
  auto answered = got.get_future();
  it.loops.on(0, [&] {
    it.node.api().execute(std::move(request), it.loops.at(0), [&](api_result with) {
      CHECK(net::loop::current() == &it.loops.at(0));
      got.set_value(std::move(with));
    });
  });
  REQUIRE(answered.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
  return answered.get();
}

json ok(const api_result& got) {
  INFO((got ? std::string{} : got.failure().detail));
  REQUIRE(got);
  return json::parse(*got);
}
errc code(const api_result& got) { return got ? errc::none : got.failure().code; }

}  // namespace

TEST_CASE("a publish creates its room and later publishes and joins continue its offsets") {
  node_fixture it;
  const auto first = ok(ask(it, publishing({topic{"room:1"}})));
  CHECK(first["offset"] == 1);
  CHECK(ok(ask(it, publishing({topic{"room:1"}})))["offset"] == 2);
  auto& client = it.open(1);
  it.join(client, "room:1");
  CHECK(it.got(client)[0].find("\"offset\":2") != std::string::npos);
  CHECK(it.probe.value(metrics::gauge::rooms) == 1);
}

TEST_CASE("members on every loop receive published events and pushes in one order") {
  node_fixture it;
  auto& one = it.open(0);
  auto& other = it.open(1);
  it.join(one, "room:1");
  it.join(other, "room:1");
  ok(ask(it, publishing({topic{"room:1"}}, "a")));
  it.say(one, line("2", "room:1", "b"));
  it.wait_for(one, "\"b\"");
  ok(ask(it, publishing({topic{"room:1"}}, "c")));
  for (auto* each : {&one, &other}) {
    it.wait_for(*each, "[null,null,\"room:1\",\"c\",{\"n\":1}]");
    std::string order;
    for (const auto& text : it.got(*each)) {
      if (text.starts_with("[null,null,\"room:1\",\"")) order += text[21];
    }
    CHECK(order == "abc");
  }
}

TEST_CASE("a publish repeated with the same idempotency key returns the first result") {
  node_fixture it;
  const auto first = ask(it, publishing({topic{"room:1"}}, "msg", "k"));
  CHECK(*ask(it, publishing({topic{"room:1"}}, "msg", "k")) == *first);
  CHECK(ok(ask(it, publishing({topic{"room:1"}}, "msg", "other")))["offset"] == 2);
}

TEST_CASE("a push of a member does not use up the same idempotency key of the API") {
  auto config = quiet();
  config.rooms[0].idempotency_field = "id";
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:1", "msg", R"({"id":"order-17"})"));
  it.wait_for(client, "\"msg\"");
  const auto first = ok(ask(it, publishing({topic{"room:1"}}, "msg", "order-17")));
  CHECK(first["offset"] == 2);
  CHECK(ok(ask(it, publishing({topic{"room:1"}}, "msg", "order-17"))) == first);
  it.wait_for(client, "[null,null,\"room:1\",\"msg\"", 2);
}

TEST_CASE("a broadcast reports one result for each topic") {
  auto config = quiet();
  config.rooms[0].match = "room:*";
  node_fixture it(2, config);
  const auto got = ok(ask(it, publishing({topic{"room:1"}, topic{"none:1"}, topic{"$room:1"},
                                          topic{"room:2"}, topic{"room:1"}})));
  const auto& results = got["results"];
  CHECK(results[0]["offset"] == 1);
  CHECK(results[1]["code"] == 100);
  CHECK(results[2]["code"] == 100);
  CHECK(results[3]["offset"] == 1);
  CHECK(results[4]["offset"] == 2);
}

TEST_CASE("the API refuses reserved event names and topics without a rule") {
  auto config = quiet();
  config.rooms[0].match = "room:*";
  node_fixture it(1, config);
  for (const auto* event : {"phx_close", "presence_state", "drain", "access_token", "chan_reply_7",
                            "PHX_CLOSE", "presence_update", "Mark_Read"}) {
    CHECK(code(ask(it, publishing({topic{"room:1"}}, event))) == errc::reserved_event);
  }
  CHECK(code(ask(it, publishing({topic{"$roost"}}))) == errc::unmatched_topic);
  CHECK(code(ask(it, publishing({topic{"phoenix"}}))) == errc::unmatched_topic);
  CHECK(code(ask(it, about(api_route::room, {topic{"none:1"}}))) == errc::unmatched_topic);
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
}

TEST_CASE("a room query describes an existing room and creates none") {
  node_fixture it;
  const topic topic{"room:1"};
  for (const auto route : {api_route::room, api_route::presence, api_route::history}) {
    CHECK(code(ask(it, about(route, {topic}))) == errc::not_found);
  }
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
  auto& client = it.open(0);
  it.join(client, "room:1");
  ok(ask(it, publishing({topic})));
  const auto got = ok(ask(it, about(api_route::room, {topic})));
  CHECK(got["topic"] == "room:1");
  CHECK(got["kind"] == "relay");
  CHECK(got["owner"] == "a");
  CHECK(got["offset"] == 1);
  CHECK(got["members"] == 1);
  // Presence mode is off.
  CHECK(code(ask(it, about(api_route::presence, {topic}))) == errc::not_found);
}

TEST_CASE("history is read in pages by position") {
  node_fixture it;
  const topic topic{"room:1"};
  for (int i = 0; i < 5; ++i) ok(ask(it, publishing({topic})));
  auto asked = about(api_route::history, {topic});
  asked.limit = 2;
  std::vector<std::uint64_t> offsets;
  for (;;) {
    const auto page = ok(ask(it, asked));
    for (const auto& each : page["events"]) offsets.push_back(each["offset"]);
    if (!page["more"]) break;
    const auto& last = page["events"].back();
    asked.since = position{last["epoch"], offset{last["offset"]}};
  }
  CHECK(offsets == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("a presence query lists every member") {
  auto config = quiet();
  config.rooms[0].presence.mode = presence_mode::full;
  node_fixture it(2, config);
  auto& one = it.open(0);
  auto& other = it.open(1);
  it.join(one, "room:1");
  it.join(other, "room:1");
  const auto got = ok(ask(it, about(api_route::presence, {topic{"room:1"}})));
  CHECK(got.size() == 2);
  for (const auto& each : got) CHECK(each["metas"].size() == 1);
}

TEST_CASE("rooms of all loops are listed in pages sorted by topic") {
  node_fixture it;
  for (int i = 0; i < 25; ++i) ok(ask(it, publishing({topic{"room:" + std::to_string(i)}})));
  ok(ask(it, publishing({topic{"other:1"}})));
  auto asked = about(api_route::rooms);
  asked.match = "room:*";
  asked.limit = 10;
  std::vector<std::string> seen;
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = ok(ask(it, asked));
    for (const auto& each : page["rooms"]) seen.push_back(each["topic"]);
    if (page["next"].is_null()) break;
    CHECK(page["rooms"].size() == 10);
    asked.after = page["next"];
  }
  CHECK(seen.size() == 25);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(ok(ask(it, about(api_route::rooms)))["rooms"].size() == 26);
}

TEST_CASE("the API lists the connections of a user and disconnects them") {
  node_fixture it;
  auto asked = about(api_route::user);
  asked.user = "ann";
  CHECK(ok(ask(it, asked))["connections"].empty());
  auto& one = it.open(0);
  auto& other = it.open(1);
  auto& stranger = it.open(1);
  it.join(one, "room:1");
  for (auto* each : {&one, &other}) {
    const auto loop = loop_of(each->id()).value;
    caf::actor connection;
    it.loops.on(loop, [&] {
      connection = it.node.connections_by_loop().on(loop_id{loop}).at(each->id().value);
    });
    it.node.users().add("ann", each->id(), connection, 0, false);
  }
  const auto got = ok(ask(it, asked));
  REQUIRE(got["connections"].size() == 2);
  CHECK(got["total"] == 2);
  CHECK(got["connections"][0]["topics"] == json::parse(R"(["room:1"])"));
  CHECK(got["connections"][0]["since"] > 1'000'000'000);
  asked.route = api_route::disconnect;
  CHECK(ok(ask(it, asked))["connections"] == 2);
  for (auto* each : {&one, &other}) {
    it.wait_until(*each, [&] { return each->close_reason == errc::disconnected; });
  }
  CHECK(stranger.close_reason == errc::none);
}

TEST_CASE("a user query does not wait for a connection that has ended") {
  node_fixture it(1);
  auto& client = it.open(0);
  caf::actor connection;
  it.loops.on(
      0, [&] { connection = it.node.connections_by_loop().on(loop_id{0}).at(client.id().value); });
  it.node.users().add("ann", client.id(), connection, 0, false);
  it.close(client);
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
  it.settle();
  auto asked = about(api_route::user);
  asked.user = "ann";
  CHECK(ok(ask(it, asked))["connections"].empty());
}

TEST_CASE("a node stops while API calls are pending") {
  for (int round = 0; round < 10; ++round) {
    node_fixture it;
    it.loops.on(0, [&] {
      for (int i = 0; i < 50; ++i) {
        it.node.api().execute(publishing({topic{"room:" + std::to_string(i)}}), it.loops.at(0),
                              [](const api_result&) {});
      }
    });
    it.end();
  }
}
