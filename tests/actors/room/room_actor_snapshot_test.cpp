// SPDX-License-Identifier: Apache-2.0
// The actor of a room of durability `snapshot` (actors/room/room_actor_durable.cpp).
#include "actors/messages/room_messages.hpp"
#include "tests/actors/room/scripted_shard.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

settings with_snapshots(std::uint32_t snapshot_ms) {
  auto out = durable_rooms::with(room_durability::snapshot);
  out.rooms[0].snapshot_ms = snapshot_ms;
  return out;
}

/// A room of durability `snapshot` with one member. Its first snapshot is stored.
struct snapshot_room : durable_rooms {
  explicit snapshot_room(settings config = with_snapshots(10)) : durable_rooms(std::move(config)) {
    send(commands::join{});
    load({.topic = topic{"room:1"}, .of = {1, 0, "e1"}, .stores_first = true});
    await_captures(1);
    room = asked.captures[0].room;
    stored();
  }
  void push() {
    commands::push event;
    event.event = "x";
    send(event);
  }
  void stored() { tell(snapshot_stored{}); }
  template <class Message>
  void tell(Message message) {
    caf::anon_send(room, message);
    it.settle();
  }
  void await_captures(std::size_t count) {
    it.loops.wait_until(0, [&] { return asked.captures.size() >= count; });
  }
  double unstored() { return it.probe.value(metrics::gauge::rooms_unstored); }

  caf::actor room;
};

constexpr std::uint32_t never_ms = 3'600'000;

}  // namespace

TEST_CASE("a room of durability snapshot answers at once and is stored snapshot_ms later") {
  snapshot_room its;
  its.push();
  CHECK(its.event(1).at == offset{1});
  CHECK(its.unstored() == 1);
  its.await_captures(2);
  CHECK(its.asked.captures[1].state.head == offset{1});
  CHECK(its.asked.appends.empty());
  its.stored();
  CHECK(its.unstored() == 0);
}

TEST_CASE("changes while a state is being stored are in the next one") {
  snapshot_room its;
  its.push();
  its.await_captures(2);
  its.push();
  its.stored();
  CHECK(its.unstored() == 1);
  its.await_captures(3);
  CHECK(its.asked.captures[2].state.head == offset{2});
  its.stored();
  CHECK(its.unstored() == 0);
}

TEST_CASE("a room whose snapshot is overdue refuses pushes until it is stored") {
  auto config = with_snapshots(10);
  config.cluster.commit_timeout_ms = 0;
  snapshot_room its(config);
  its.push();
  its.await_captures(2);
  while (!cluster::is<events::refused>(*its.bus.events.back())) its.push();
  CHECK(as<events::refused>(*its.bus.events.back()).why == errc::unavailable);
  while (its.unstored() > 0) its.stored();
  its.push();
  CHECK(cluster::is<events::ordered>(*its.bus.events.back()));
}

TEST_CASE("a room of durability snapshot is stored before it ends with its node") {
  snapshot_room its(with_snapshots(never_ms));
  its.push();
  its.tell(store_and_end{});
  REQUIRE(its.asked.captures.size() == 2);
  CHECK(its.asked.captures[1].state.head == offset{1});
  CHECK(its.unstored() == 1);
  its.stored();
  CHECK(its.unstored() == 0);
  const auto before = its.bus.events.size();
  its.push();
  CHECK(its.bus.events.size() == before);
}

TEST_CASE("an unused room of durability snapshot is stored before it ends") {
  snapshot_room its(with_snapshots(never_ms));
  its.push();
  its.send(commands::leave{});
  its.tell(expire_if_empty{1});
  REQUIRE(its.asked.captures.size() == 2);
  CHECK(its.asked.unused.empty());
  CHECK(its.rooms() == 1);
  its.stored();
  CHECK(its.rooms() == 0);
  CHECK(its.asked.drops.size() == 1);
}

TEST_CASE("a room whose events are in the log ends with its node at once") {
  durable_rooms its;
  its.send(commands::join{});
  its.load_nothing();
  its.send(commands::push{"", "x", {}, ""});
  REQUIRE(its.asked.appends.size() == 1);
  its.on([&] { its.registry.store_all(); });
  CHECK(its.asked.captures.empty());
  its.send(commands::push{"", "x", {}, ""});
  CHECK(its.asked.appends.size() == 1);
}
