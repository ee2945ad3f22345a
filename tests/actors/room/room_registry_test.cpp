// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_registry.hpp"

#include "tests/actors/room/scripted_shard.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

cluster::command leave_of(const topic& topic) {
  return {topic, 0, {}, 0, cluster::commands::leave{}};
}

/// Creates a room that stays: a room in which an event has happened is not evicted at once.
cluster::command publish_to(const topic& topic) {
  return {topic, 0, {{}, 1, {}}, 0, cluster::commands::publish{"x", {}, {}}};
}

}  // namespace

TEST_CASE("the registry creates one room per topic and none without a rule") {
  auto config = quiet();
  config.rooms[0].match = "room:*";
  node_fixture it(1, config);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  it.loops.on(0, [&] {
    registry.dispatch(publish_to(topic{"room:1"}));
    registry.dispatch(leave_of(topic{"room:1"}));
    registry.dispatch(publish_to(topic{"room:2"}));
    registry.dispatch(publish_to(topic{"other:1"}));
  });
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
  it.loops.on(0, [&] { registry.end_all(); });
  it.settle();  // the rooms still access the table
}

TEST_CASE("a room is removed only after it has taken every command given to it") {
  node_fixture it(1);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  const topic topic{"room:1"};
  const cluster::command join{topic, 0, {{}, 1, connection_id{1}}, 0, cluster::commands::join{}};
  bool too_early = true;
  bool in_time = false;
  it.loops.on(0, [&] {
    registry.dispatch(cluster::command{join});
    registry.dispatch(cluster::command{join});
    too_early = registry.remove_if_done(topic, 1);
    in_time = registry.remove_if_done(topic, 2);
  });
  CHECK_FALSE(too_early);
  CHECK(in_time);
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
  it.loops.on(0, [&] { registry.dispatch(cluster::command{join}); });
  CHECK(it.probe.value(metrics::gauge::rooms) == 1);
  it.loops.on(0, [&] { registry.end_all(); });
  it.settle();  // the rooms still access the table
}

TEST_CASE("a room that ends before its eviction request arrives no longer counts as leaving") {
  node_fixture it(1);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  const topic topic{"room:1"};
  it.loops.on(0, [&] { registry.dispatch(publish_to(topic)); });
  it.settle();
  it.loops.on(0, [&] {
    registry.emptied(topic);
    CHECK(empty.evict_bytes(1));               // the request arrives only after this function
    CHECK(registry.remove_if_done(topic, 1));  // the room ends by itself
    registry.occupied(topic);                  // must not be subtracted twice
    CHECK_FALSE(empty.evict_bytes(1));         // so no room is leaving
    registry.end_all();
  });
  it.settle();  // the rooms still access the table
}

TEST_CASE("a registry that has ended creates no rooms") {
  node_fixture it(1);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  it.loops.on(0, [&] {
    registry.end_all();
    registry.dispatch(leave_of(topic{"room:1"}));
  });
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
}

TEST_CASE("a join above rooms_max is unavailable and succeeds after the limit has risen") {
  auto config = quiet();
  config.limits.rooms_max = 1;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("5", "room:2", "phx_join", "{}"));
  it.wait_for(client,
              R"("5","room:2","phx_reply",{"status":"error","response":{"reason":"unavail)");
  it.join(client, "room:1");  // this room exists already
  CHECK(it.probe.value(metrics::counter::rooms_refused) == 1);
  CHECK(it.probe.value(metrics::gauge::rooms) == 1);
  config.limits.rooms_max = 2;
  it.config.replace(config);
  it.join(client, "room:2");
  it.say(client, line("6", "room:2", "x"));
  it.wait_for(client, R"("6","room:2","phx_reply",{"status":"ok")");
}

TEST_CASE("messages behind a join refused by rooms_max are answered in order") {
  auto config = quiet();
  config.limits.rooms_max = 1;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  const auto say = [&](std::string_view ref, std::string_view event) {
    client.say(line(ref, "room:2", event, "{}"));
  };
  it.loops.on(0, [&] {
    say("2", "phx_join");
    say("3", "x");
    say("4", "phx_leave");
    say("5", "phx_join");
  });
  it.wait_for(client, "\"room:2\",\"phx_reply\"", 4);
  it.settle();
  auto got = it.got(client);
  std::erase_if(got, [](const auto& each) { return each.find("phx_reply") == each.npos; });
  REQUIRE(got.size() == 5);
  CHECK(got[1].find(R"("2","room:2","phx_reply",{"status":"error")") != std::string::npos);
  CHECK(got[2].find("unmatched topic") != std::string::npos);
  CHECK(got[3].find(R"("4","room:2","phx_reply",{"status":"ok")") != std::string::npos);
  CHECK(got[4].find(R"("5","room:2","phx_reply",{"status":"error")") != std::string::npos);
  it.wait_until(client, [&] { return client.messages_answered == client.messages_sent; });
}

TEST_CASE("the command that creates a room continues the numbering after refused commands") {
  auto config = quiet();
  config.limits.rooms_max = 1;
  node_fixture it(1, config);
  auto& client = it.open(0);
  auto& other = it.open(0);
  it.join(client, "room:1");
  it.loops.on(0, [&] {
    // In one iteration of the loop, so that the second command is sent before the first answer.
    client.say(line("2", "room:2", "phx_join", "{}"));
    other.say(line("2", "room:2", "phx_join", "{}"));
  });
  it.wait_for(client, "unavailable");
  it.wait_for(other, "unavailable");
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  config.limits.rooms_max = 5;
  it.config.replace(config);
  // The answer to the edge's second command is in flight.
  cluster::command late{
      topic{"room:2"}, 0, {{it.node.id(), 77}, 3, connection_id{3}}, 1, cluster::commands::join{}};
  it.loops.on(0, [&] { registry.dispatch(std::move(late)); });
  it.wait_until(client, [&] { return it.probe.value(metrics::gauge::members) == 2; });
  it.loops.on(0, [&] { registry.end_all(); });
  it.settle();  // the rooms still access the table
}

TEST_CASE("the registry lists matching rooms by topic after a given topic up to a limit") {
  node_fixture it(1);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  it.loops.on(0, [&] {
    for (const auto* name : {"room:3", "room:1", "other:1", "room:2", "room:4"}) {
      registry.dispatch(publish_to(topic{name}));
    }
  });
  it.settle();
  const auto names = [&](std::string_view match, std::string_view after, std::size_t max) {
    std::string out;
    it.loops.on(0, [&] {
      for (const auto& each : registry.list(match, after, max)) out += each.topic.name + " ";
    });
    return out;
  };
  CHECK(names("*", "", 10) == "other:1 room:1 room:2 room:3 room:4 ");
  CHECK(names("room:*", "room:1", 2) == "room:2 room:3 ");
  CHECK(names("room:2", "", 10) == "room:2 ");
  CHECK(names("room", "", 10).empty());
  it.loops.on(0, [&] {
    const auto one = registry.list("room:2", "", 1);
    CHECK(one.at(0).kind == "relay");
    CHECK(one.at(0).at == offset{1});
    CHECK_FALSE(one.at(0).epoch_text.empty());
    registry.end_all();
    CHECK(registry.list("*", "", 10).empty());
  });
}

TEST_CASE("an empty room without events ends at once and one with events stays") {
  node_fixture it(1);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.join(client, "room:2");
  it.say(client, line("2", "room:2", "x"));
  it.say(client, line("3", "room:1", "phx_leave"));
  it.say(client, line("4", "room:2", "phx_leave"));
  it.wait_for(client, "phx_close", 2);
  it.settle();
  CHECK(it.probe.value(metrics::gauge::rooms) == 1);
  it.join(client, "room:1");
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
}

TEST_CASE("at rooms_max the room that is empty for longest is evicted on any loop") {
  auto config = quiet();
  config.limits.rooms_max = 3;
  node_fixture it(2, config);
  auto& client = it.open(0);
  for (int n = 1; n <= 20; ++n) {
    const auto topic_name = "room:" + std::to_string(n);
    it.join(client, topic_name);
    it.say(client, line("2", topic_name, "x"));
    it.wait_for(client, R"("2",")" + topic_name + R"(","phx_reply",{"status":"ok")");
    it.say(client, line("3", topic_name, "phx_leave"));
    it.wait_for(client, "phx_close", static_cast<std::size_t>(n));
    it.settle();
    CHECK(it.probe.value(metrics::gauge::rooms) <= 3);
  }
  CHECK(it.probe.value(metrics::counter::rooms_refused) == 0);
  CHECK(it.probe.json().find(R"("room":17)") != std::string::npos);
  // The last three rooms still exist, so a member that resumes there gets the missed events.
  it.say(client, line("4", "room:18", "phx_join", R"({"history":5})"));
  it.wait_for(client, R"("recovered":true,"missed":1)");
}

TEST_CASE("rooms with members are not evicted") {
  auto config = quiet();
  config.limits.rooms_max = 2;
  node_fixture it(1, config);
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.join(client, "room:2");
  it.say(client, line("5", "room:3", "phx_join", "{}"));
  it.wait_for(client, "unavailable");
  CHECK(it.probe.value(metrics::gauge::rooms) == 2);
}

TEST_CASE("a query of an unknown room is answered only when no edge can continue the room") {
  durable_rooms its(durable_rooms::with(room_durability::memory));
  its.on([&] { its.registry.drop_former({}, 0); });
  its.send(cluster::commands::query{});
  CHECK(its.bus.events.empty());
  its.on([&] { its.registry.attaching_finished({}, 0); });
  its.send(cluster::commands::query{});
  CHECK(is<cluster::events::not_found>(its.event(0)));
  CHECK(its.rooms() == 0);
}

TEST_CASE("a query creates no room") {
  node_fixture it(1);
  empty_rooms empty;
  room_registry registry(it.node.room_shared(), it.node.scheduler().unit(0), empty);
  auto query = leave_of(topic{"room:1"});
  query.body = cluster::commands::query{};
  it.loops.on(0, [&] { registry.dispatch(std::move(query)); });
  CHECK(it.probe.value(metrics::gauge::rooms) == 0);
}
