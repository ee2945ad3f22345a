// SPDX-License-Identifier: Apache-2.0
#include "actors/node/bus_dispatcher.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// A command whose room stays, because it has an event.
cluster::command publish_to(const std::string& topic_name) {
  return {topic{topic_name}, {{}, 1, {}}, 0, cluster::commands::publish{"x", {}, {}}};
}

}  // namespace

TEST_CASE("a command reaches the room of its topic") {
  node_fixture it;
  actors::node_rooms rooms(it.node.room_shared(), it.node.scheduler());
  actors::bus_dispatcher dispatcher(rooms, it.node.edges());
  dispatcher.command_arrived(publish_to("room:1"));
  it.loops.wait_until(0, [&] { return it.probe.value(metrics::gauge::rooms) == 1; });
  for (std::uint16_t i = 0; i < 2; ++i) {
    it.loops.on(i, [&] { rooms.on(loop_id{i}).end_all(); });
  }
  it.end();
}

TEST_CASE("an event for a topic without members on this node is dropped and creates no edge") {
  node_fixture it;
  actors::node_rooms rooms(it.node.room_shared(), it.node.scheduler());
  actors::bus_dispatcher dispatcher(rooms, it.node.edges());
  cluster::event event;
  event.topic = topic{"room:1"};
  dispatcher.event_arrived(cluster::share(std::move(event)));
  it.settle();
  CHECK_FALSE(it.node.edges().find(topic{"room:1"}));
}

TEST_CASE("an event from a thread outside the loops reaches the members on this node") {
  node_fixture it;
  auto& client = it.open(0);
  it.join(client, "room:1");
  actors::node_rooms rooms(it.node.room_shared(), it.node.scheduler());
  actors::bus_dispatcher dispatcher(rooms, it.node.edges());
  cluster::event event;
  event.topic = topic{"room:1"};
  const payload empty{slice::of(bytes_ptr::copy("{}"))};
  event.body = cluster::events::ephemeral{{}, {}, false, "news", empty};
  dispatcher.event_arrived(cluster::share(std::move(event)));
  it.wait_for(client, "\"news\"");
}
