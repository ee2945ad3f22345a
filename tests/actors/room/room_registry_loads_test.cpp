// SPDX-License-Identifier: Apache-2.0
// How a registry loads durable rooms (actors/room/room_registry_loads.cpp).
#include <algorithm>

#include "tests/actors/room/scripted_shard.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

loaded_room failed(std::string_view topic_name) {
  loaded_room out;
  out.topic = topic{topic_name};
  out.why = errc::unavailable;
  return out;
}

/// A record of an event that is not covered by a snapshot.
loaded_room with_record(std::string_view topic_name = "room:1") {
  loaded_room out{.topic = topic{topic_name}, .of = {2, 0, "e2"}};
  cluster::log_record record;
  record.topic = topic{topic_name};
  record.of = {1, 0, "e1"};
  record.at = offset{1};
  cluster::records::ordered body;
  body.name = "x";
  record.body = std::move(body);
  out.records.push_back(std::move(record));
  return out;
}

}  // namespace

TEST_CASE("the commands of a durable room wait until the room is loaded, then run in order") {
  durable_rooms its;
  its.send(commands::join{});
  its.send(commands::push{"", "x", {}, ""});
  REQUIRE(its.asked.loads.size() == 1);
  CHECK(its.asked.loads[0].topic.name == "room:1");
  CHECK_FALSE(its.asked.loads[0].stores_first);
  CHECK(its.bus.events.empty());
  its.load_nothing();
  as<events::joined>(its.event(0));
  CHECK(command_of(its.event(0)).number == 1);
}

TEST_CASE("a room in memory starts at once although the node has a store") {
  durable_rooms its(durable_rooms::with(room_durability::memory));
  its.send(commands::join{});
  CHECK(its.asked.loads.empty());
  as<events::joined>(its.event(0));
}

TEST_CASE("a query of a durable topic is not found only after the store has answered") {
  durable_rooms its;
  its.send(commands::query{});
  CHECK(its.bus.events.empty());
  its.load_nothing();
  as<events::not_found>(its.event(0));
  CHECK(its.rooms() == 0);
  REQUIRE(its.asked.drops.size() == 1);
  CHECK(its.asked.drops[0].topic.name == "room:1");
}

TEST_CASE("a query of a topic that is not stored waits while an edge may continue the room") {
  durable_rooms its;
  its.on([&] { its.registry.drop_former({}, 0); });
  its.send(commands::query{});
  its.load_nothing();
  CHECK(its.bus.events.empty());
  CHECK(its.rooms() == 0);
}

TEST_CASE("a query of a stored room is answered by the room") {
  durable_rooms its;
  its.send(commands::query{});
  its.load(with_record());
  as<events::snapshot>(its.event(0));
  CHECK(its.rooms() == 1);
}

TEST_CASE("a query that waits with a join is answered by the room that the join creates") {
  durable_rooms its;
  its.send(commands::query{});
  its.send(commands::join{});
  its.load_nothing();
  as<events::snapshot>(its.event(0));
  as<events::joined>(its.event(1));
}

TEST_CASE(
    "a load that fails answers what waits with unavailable and the next command loads again") {
  durable_rooms its;
  its.send(commands::join{});
  its.send(commands::push{});
  its.send(commands::query{});
  its.send(commands::leave{});
  its.load(failed("room:1"));
  REQUIRE(its.bus.events.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(as<events::refused>(its.event(i)).why == errc::unavailable);
  }
  as<events::left>(its.event(3));
  CHECK(its.rooms() == 0);
  its.send(commands::join{});
  REQUIRE(its.asked.loads.size() == 2);
  its.load_nothing();
  as<events::joined>(its.event(4));
}

TEST_CASE("rooms that are being loaded count for rooms_max") {
  auto config = durable_rooms::with(room_durability::event);
  config.limits.rooms_max = 2;
  durable_rooms its(config);
  its.send(commands::join{}, "room:1");
  its.send(commands::join{}, "room:2");
  its.send(commands::join{}, "room:3");
  CHECK(its.asked.loads.size() == 2);
  CHECK(as<events::refused>(its.event(0)).why == errc::unavailable);
  its.load_nothing("room:1");
  its.load(failed("room:2"));
  its.send(commands::join{}, "room:3");
  CHECK(its.asked.loads.size() == 3);
}

TEST_CASE("a room with members that attach to their new owner starts also above rooms_max") {
  auto config = durable_rooms::with(room_durability::event);
  config.limits.rooms_max = 1;
  durable_rooms its(config);
  its.bus.loses = true;
  its.send(commands::join{}, "room:1");
  its.on([&] {
    its.registry.dispatch({topic{"room:2"}, 0, {{node_id{8}, 1}, 0, {}}, 0, commands::attach{}});
  });
  REQUIRE(its.asked.loads.size() == 2);
  its.load_nothing("room:2");
  CHECK(its.rooms() == 2);
  const auto is_attached = [](const auto& each) { return is<events::attached>(*each); };
  CHECK(std::ranges::any_of(its.bus.events, is_attached));
}

TEST_CASE("commands that wait for a room are bounded and refused together in order") {
  durable_rooms its;
  its.on([&] {
    for (std::uint64_t n = 1; n <= waiting_commands::commands_max + 1; ++n) {
      its.registry.dispatch({topic{"room:1"}, 0, {{node_id{7}, 1}, n, {}}, 0, commands::join{}});
    }
  });
  REQUIRE(its.bus.events.size() == waiting_commands::commands_max + 1);
  for (std::size_t i = 0; i < its.bus.events.size(); ++i) {
    CHECK(command_of(its.event(i)).number == i + 1);
  }
  its.on([&] {  // the load goes on, and the room continues after the refused numbers
    const auto next = waiting_commands::commands_max + 2;
    its.registry.dispatch({topic{"room:1"}, 0, {{node_id{7}, 1}, next, {}}, 0, commands::join{}});
  });
  CHECK(its.asked.loads.size() == 1);
  its.load_nothing();
  as<events::joined>(*its.bus.events.back());
}

TEST_CASE("a room that a checkpoint needs is loaded, captured, stored and dropped") {
  durable_rooms its;
  its.on([&] { its.registry.capture(topic{"room:1"}); });
  REQUIRE(its.asked.loads.size() == 1);
  its.load(with_record());
  REQUIRE(its.asked.captures.size() == 1);
  CHECK(its.asked.drops.empty());
  caf::anon_send(its.asked.captures[0].room, snapshot_stored{});
  its.it.settle();
  CHECK(its.asked.drops.size() == 1);
  CHECK(its.rooms() == 0);
}

TEST_CASE("a room that runs is captured for a checkpoint and goes on") {
  durable_rooms its;
  its.send(commands::join{});
  its.load_nothing();
  its.on([&] { its.registry.capture(topic{"room:1"}); });
  REQUIRE(its.asked.captures.size() == 1);
  its.on([&] { its.registry.capture(topic{"room:1"}); });
  CHECK(its.asked.captures.size() == 1);  // one at a time
  caf::anon_send(its.asked.captures[0].room, snapshot_stored{});
  its.it.settle();
  CHECK(its.asked.captures.size() == 2);
  CHECK(its.asked.drops.empty());
}

TEST_CASE("a room of durability snapshot takes commands only after it was stored again") {
  durable_rooms its(durable_rooms::with(room_durability::snapshot));
  its.send(commands::join{});
  REQUIRE(its.asked.loads.size() == 1);
  CHECK(its.asked.loads[0].stores_first);
  its.load({.topic = topic{"room:1"}, .of = {1, 0, "e1"}, .stores_first = true});
  REQUIRE(its.asked.captures.size() == 1);
  CHECK(its.bus.events.empty());
  its.on([&] { its.registry.reload(topic{"room:1"}); });  // another snapshot was found
  REQUIRE(its.asked.loads.size() == 2);
  CHECK(its.asked.loads[1].stores_first);
  its.load({.topic = topic{"room:1"}, .of = {1, 0, "e1"}, .stores_first = true});
  REQUIRE(its.asked.captures.size() == 2);
  caf::anon_send(its.asked.captures[1].room, snapshot_stored{});
  its.it.settle();
  as<events::joined>(its.event(0));
  CHECK(its.rooms() == 1);
}

TEST_CASE("a fenced shard drops its rooms and the commands that wait for them, and no others") {
  durable_rooms its;
  const auto shard = its.ports.of(topic{"room:1"}).id;
  std::string other = "room:2";
  for (int i = 3; its.ports.of(topic{other}).id == shard; ++i) other = "room:" + std::to_string(i);
  its.send(commands::join{}, "room:1");
  its.load_nothing("room:1");
  its.send(commands::join{}, other);
  its.on([&] {
    its.registry.dispatch({topic{"room:1"}, 0, {{node_id{7}, 1}, 3, {}}, 0, commands::leave{}});
    its.registry.fenced(shard);
  });
  CHECK(its.bus.events.size() == 1);  // the leave was in the mailbox of the dropped room
  CHECK(its.rooms() == 1);
  CHECK(its.asked.drops.empty());
  its.send(commands::join{}, "room:1");
  REQUIRE(its.asked.loads.size() == 3);
  CHECK(its.asked.loads[2].topic.name == "room:1");
}

TEST_CASE("a room that the shard loads after a fence, when nobody waits, ends once it is stored") {
  durable_rooms its;
  its.send(commands::join{});
  its.on([&] { its.registry.fenced(its.ports.of(topic{"room:1"}).id); });
  CHECK(as<events::refused>(its.event(0)).why == errc::unavailable);
  its.load_nothing();
  CHECK(its.rooms() == 0);
  CHECK(its.asked.drops.size() == 1);
  its.load(failed("room:1"));
  CHECK(its.rooms() == 0);
  its.load(with_record());
  CHECK(its.rooms() == 1);
  CHECK(its.asked.unused.size() == 1);
}
