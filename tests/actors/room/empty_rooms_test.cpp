// SPDX-License-Identifier: Apache-2.0
#include "actors/room/empty_rooms.hpp"

#include <array>
#include <caf/all.hpp>
#include <memory>

#include "actors/messages/room_messages.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// Stand-ins for room actors; is_asked() tells whether one received evict_if_empty.
struct told_rooms {
  told_rooms() {
    for (auto& each : all) each = std::make_unique<caf::scoped_actor>(system());
  }
  caf::actor_system& system() { return it.node.scheduler().system(); }
  caf::actor at(std::size_t i) { return caf::actor_cast<caf::actor>(*all[i]); }
  bool is_asked(std::size_t i) {
    bool out = false;
    while ((*all[i])->has_next_message()) {
      (*all[i])->receive([&](actors::evict_if_empty) { out = true; });
    }
    return out;
  }
  node_fixture it{1};
  std::array<std::unique_ptr<caf::scoped_actor>, 3> all;
};

}  // namespace

TEST_CASE("the room that is empty for longest is evicted first and is not asked twice") {
  told_rooms rooms;
  empty_rooms list;
  std::array<empty_room, 3> places;
  for (std::size_t i = 0; i < 3; ++i) list.put(places[i], rooms.at(i), 100);
  list.put(places[0], rooms.at(0), 100);  // used again, so it is now the newest
  CHECK(list.evict_bytes(150));
  CHECK(list.is_leaving(places[1]));
  CHECK(list.is_leaving(places[2]));
  CHECK_FALSE(list.is_leaving(places[0]));
  CHECK(list.evict_bytes(200));
  CHECK(list.evict_rooms(2));
  CHECK_FALSE(list.is_leaving(places[0]));
  CHECK_FALSE(rooms.is_asked(0));
  CHECK(rooms.is_asked(1));
  CHECK(rooms.is_asked(2));
  for (auto& each : places) list.take_out(each);
}

TEST_CASE("a room that is used again or stays no longer counts as leaving") {
  told_rooms rooms;
  empty_rooms list;
  std::array<empty_room, 2> places;
  for (std::size_t i = 0; i < 2; ++i) list.put(places[i], rooms.at(i), 100);
  CHECK(list.evict_rooms(1));
  list.take_out(places[0]);
  CHECK_FALSE(list.is_leaving(places[0]));
  CHECK(list.evict_rooms(1));  // so the next room is asked
  CHECK(list.is_leaving(places[1]));
  list.put(places[1], rooms.at(1), 100);  // a command to this room was in flight
  CHECK_FALSE(list.is_leaving(places[1]));
  list.take_out(places[1]);
  list.take_out(places[1]);  // a second take_out() has no effect
  CHECK_FALSE(list.evict_rooms(1));
  CHECK_FALSE(list.evict_bytes(1));
}

TEST_CASE("one call asks a bounded number of rooms to leave") {
  told_rooms rooms;
  empty_rooms list;
  std::array<empty_room, 200> places;
  for (auto& each : places) list.put(each, rooms.at(0), 1);
  CHECK_FALSE(list.evict_bytes(200));
  CHECK(list.is_leaving(places[63]));
  CHECK_FALSE(list.is_leaving(places[64]));
  for (auto& each : places) list.take_out(each);
}
