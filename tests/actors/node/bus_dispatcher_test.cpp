// SPDX-License-Identifier: Apache-2.0
#include "actors/node/bus_dispatcher.hpp"

#include <mutex>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"
#include "tests/fixtures/lone_bus.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

/// A command whose room stays, because it has an event.
cluster::command publish_to(const std::string& topic_name) {
  return {topic{topic_name}, 0, {{}, 1, {}}, 0, cluster::commands::publish{"x", {}, {}}};
}

struct recording_bus final : lone_bus {
  result<void> publish(cluster::command&& command) override {
    commands.push_back(std::move(command));
    return {};
  }
  result<void> publish(const cluster::event_ptr&, std::span<const node_id>) override { return {}; }
  void finish_attaching(cluster::shard_id shard, std::uint64_t ownership) override {
    std::lock_guard guard(lock);
    finished.emplace_back(shard, ownership);
  }
  std::size_t finishes() {
    std::lock_guard guard(lock);
    return finished.size();
  }
  std::mutex lock;
  std::vector<cluster::command> commands;
  std::vector<std::pair<cluster::shard_id, std::uint64_t>> finished;
};

/// A dispatcher beside that of the node, on a bus that records.
struct reports_fixture {
  reports_fixture() { dispatcher.use(bus, node_id{7}); }
  ~reports_fixture() {
    for (std::uint16_t i = 0; i < 2; ++i) {
      it.loops.on(i, [&] { rooms.on(loop_id{i}).end_all(); });
    }
    it.end();
  }
  node_fixture it;
  recording_bus bus;
  actors::node_rooms rooms{it.node.room_shared(), it.node.scheduler()};
  actors::bus_dispatcher dispatcher{rooms, it.node.edges()};
};

}  // namespace

TEST_CASE("an event without an edge on this node is answered with a detach") {
  reports_fixture its;
  its.bus.loses = GENERATE(false, true);
  auto& client = its.it.open(0);
  its.it.join(client, "room:2");
  cluster::event event;
  event.topic = topic{"room:1"};
  event.epoch_number = {5, 1};
  event.epoch_text = "e";
  event.body = cluster::events::crashed{};
  its.dispatcher.event_arrived(cluster::share(std::move(event)));
  REQUIRE(its.bus.commands.size() == 1);
  CHECK(actors::is<actors::commands::detach>(its.bus.commands[0]));
  CHECK(its.bus.commands[0].topic == topic{"room:1"});
  CHECK(its.bus.commands[0].ownership == (its.bus.loses ? 5 : 0));
  CHECK(its.bus.commands[0].id.edge == cluster::edge_id{node_id{7}, 1});
}

TEST_CASE("a node has attached to a new owner when all its edges have heard of it") {
  reports_fixture its;
  SECTION("with an edge") {
    auto& client = its.it.open(0);
    its.it.join(client, "room:1");
    its.it.loops.on(0, [&] { its.dispatcher.owner_changed({}, {node_id{9}, 5}); });
    its.it.wait_until(client, [&] { return its.bus.finishes() == 1; });
  }
  SECTION("without an edge, at once") {
    its.dispatcher.owner_changed({}, {node_id{9}, 5});
    CHECK(its.bus.finishes() == 1);
  }
  CHECK(its.bus.finished.at(0) == std::pair{cluster::shard_id{}, std::uint64_t{5}});
}

TEST_CASE("a node attaches again after a broken link, and finishes attaching again") {
  reports_fixture its;
  its.bus.owner = {node_id{9}, 5};
  its.dispatcher.link_broke(node_id{8}, false);
  CHECK(its.bus.finishes() == 0);
  its.dispatcher.link_broke(node_id{9}, false);
  REQUIRE(its.bus.finishes() == 1);
  CHECK(its.bus.finished.at(0) == std::pair{cluster::shard_id{}, std::uint64_t{5}});
}

TEST_CASE("a new owner concerns only the edges of its shard") {
  reports_fixture its;
  its.it.join(its.it.open(0), "room:1");
  its.dispatcher.owner_changed(cluster::shard_id{3}, {node_id{9}, 5});
  CHECK(its.bus.finishes() == 1);
}

TEST_CASE("without an owner there is nothing to attach to") {
  reports_fixture its;
  its.dispatcher.owner_changed(cluster::shard_id{3}, {node_id{}, 5});
  CHECK(its.bus.finishes() == 0);
}

TEST_CASE("a room in memory ends when its shard has a newer owner") {
  reports_fixture its;
  const auto rooms = [&] { return its.it.probe.value(metrics::gauge::rooms); };
  its.dispatcher.command_arrived(publish_to("room:1"));
  its.it.loops.wait_until(0, [&] { return rooms() == 1; });
  its.dispatcher.owner_changed({}, {node_id{9}, 1});  // older than the room's
  its.it.settle();
  CHECK(rooms() == 1);
  its.dispatcher.owner_changed({}, {node_id{9}, ~std::uint64_t{0}});
  its.it.loops.wait_until(0, [&] { return rooms() == 0; });
}

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
  event.body = cluster::events::ephemeral{"news", empty};
  dispatcher.event_arrived(cluster::share(std::move(event)));
  it.wait_for(client, "\"news\"");
}
