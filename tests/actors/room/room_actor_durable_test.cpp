// SPDX-License-Identifier: Apache-2.0
// How the actor of a durable room deals with its shard (actors/room/room_actor_durable.cpp).
#include "tests/actors/room/scripted_shard.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// A durable room with one member that has pushed `pushes` events.
struct one_room : durable_rooms {
  explicit one_room(int pushes = 0) {
    send(commands::join{});
    load_nothing();
    for (int i = 0; i < pushes; ++i) push();
  }
  void push() {
    commands::push event;
    event.event = "x";
    send(event);
  }
  void acknowledge(std::uint64_t ticket) {
    caf::anon_send(asked.appends.at(0).room, records_stored{ticket});
    it.settle();
  }
  std::size_t published() { return bus.events.size() - 1; }  // without the join's answer
};

}  // namespace

TEST_CASE("a push is applied at once and published when its record is stored") {
  one_room its(2);
  REQUIRE(its.asked.appends.size() == 2);
  CHECK(its.asked.appends[0].ticket == 1);
  CHECK(its.asked.appends[0].records.at(0).at == offset{1});
  CHECK(its.asked.appends[0].records.at(0).of.text == "e1");
  CHECK(its.asked.appends[1].records.at(0).at == offset{2});
  CHECK(its.published() == 0);
  its.acknowledge(1);
  CHECK(its.published() == 1);
  its.acknowledge(2);
  REQUIRE(its.published() == 2);
  CHECK(its.event(2).at == offset{2});
}

TEST_CASE("an event without a record waits for the records before it") {
  one_room its(1);
  its.send(commands::query{.since = {}, .events_max = 9});
  its.send(commands::leave{});
  CHECK(its.published() == 0);
  its.acknowledge(1);
  REQUIRE(its.published() == 3);
  as<events::ordered>(its.event(1));
  CHECK(as<events::snapshot>(its.event(2)).events.size() == 1);
  as<events::left>(its.event(3));
}

TEST_CASE("pushes are refused before they are applied while the shard takes none") {
  one_room its;
  its.ports.of(topic{"room:1"}).takes_pushes = false;
  its.push();
  CHECK(its.asked.appends.empty());
  CHECK(as<events::refused>(its.event(1)).why == errc::unavailable);
  its.ports.of(topic{"room:1"}).takes_pushes = true;
  its.push();
  CHECK(its.asked.appends.size() == 1);
}

TEST_CASE("a room whose queue is full refuses pushes until its records are stored") {
  one_room its(1);
  its.on([&] {
    for (std::uint64_t n = 3; n <= commit_queue::events_max + 9; ++n) {
      its.registry.dispatch({topic{"room:1"},
                             0,
                             {{node_id{7}, 1}, n, connection_id{5}},
                             0,
                             commands::push{"", "x", {}, ""}});
    }
  });
  its.it.loops.wait_until(0, [&] { return its.asked.appends.size() == commit_queue::events_max; });
  its.it.settle();
  CHECK(its.asked.appends.size() == commit_queue::events_max);
  CHECK(its.published() == 0);
  its.acknowledge(commit_queue::events_max);
  its.it.loops.wait_until(0, [&] { return its.published() == commit_queue::events_max + 8; });
  CHECK(as<events::refused>(*its.bus.events.back()).why == errc::unavailable);
}

TEST_CASE("an empty durable room is stored before it ends and its shard is told") {
  one_room its(1);
  const auto room = its.asked.appends[0].room;
  its.send(commands::leave{});
  caf::anon_send(room, expire_if_empty{1});
  its.it.settle();
  CHECK(its.asked.unused.empty());  // the record of the push is not stored yet
  its.acknowledge(1);
  REQUIRE(its.asked.unused.size() == 1);
  CHECK(its.asked.captures.empty());
  caf::anon_send(room, capture_room{});
  its.it.settle();
  REQUIRE(its.asked.captures.size() == 1);
  CHECK(its.asked.captures[0].ticket == 1);
  CHECK(its.asked.captures[0].state.head == offset{1});
  CHECK(its.rooms() == 1);
  CHECK(its.asked.drops.empty());
  caf::anon_send(room, snapshot_stored{1});
  its.it.settle();
  CHECK(its.rooms() == 0);
  CHECK(its.asked.drops.size() == 1);
}

TEST_CASE("a room that is used again while it is stored goes on") {
  one_room its(1);
  its.acknowledge(1);
  its.send(commands::leave{});
  const auto room = its.asked.appends[0].room;
  caf::anon_send(room, expire_if_empty{1});
  caf::anon_send(room, capture_room{});
  its.it.settle();
  its.send(commands::join{});
  caf::anon_send(room, snapshot_stored{1});
  its.it.settle();
  CHECK(its.rooms() == 1);
  CHECK(its.asked.drops.empty());
  as<events::joined>(*its.bus.events.back());
}

TEST_CASE("a durable room in which nothing happened ends without being stored") {
  one_room its;
  its.send(commands::leave{});
  CHECK(its.asked.captures.empty());
  CHECK(its.asked.drops.size() == 1);
  CHECK(its.rooms() == 0);
}

TEST_CASE("a room continues from its snapshot and records, in the epoch of the shard") {
  one_room its(2);
  its.on([&] { its.registry.capture(topic{"room:1"}); });
  REQUIRE(its.asked.captures.size() == 1);
  auto records = its.asked.appends[1].records;
  durable_rooms next;
  next.send(commands::join{});
  loaded_room stored;
  stored.topic = topic{"room:1"};
  stored.of = {5, 0, "e5"};
  stored.records = its.asked.appends[0].records;
  stored.records.insert(stored.records.end(), records.begin(), records.end());
  next.load(std::move(stored));
  next.store_use();
  const auto& joined = as<events::joined>(next.event(0));
  CHECK(joined.at.epoch == "e5");
  CHECK(joined.at.at == offset{2});
  durable_rooms third;
  third.send(commands::join{});
  loaded_room whole;
  whole.topic = topic{"room:1"};
  whole.of = {6, 0, "e6"};
  whole.state = its.asked.captures[0].state;
  third.load(std::move(whole));
  third.store_use();
  CHECK(as<events::joined>(third.event(0)).at.epoch == "e6");
  CHECK(third.event(0).at == offset{2});
}
