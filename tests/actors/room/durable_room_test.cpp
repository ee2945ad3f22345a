// SPDX-License-Identifier: Apache-2.0
#include "actors/room/durable_room.hpp"

#include "tests/actors/room/scripted_shard.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

TEST_CASE("records of one command get one ticket and a command without records gets none") {
  durable_rooms its;
  durable_room room(its.ports.of(topic{"room:1"}), {});
  room.append({}, std::vector<cluster::log_record>(2));
  CHECK(room.has_changed);
  CHECK(room.queue.is_waiting());
  room.append({}, {});
  its.it.settle();
  REQUIRE(its.asked.appends.size() == 1);
  CHECK(its.asked.appends[0].ticket == 1);
  CHECK(its.asked.appends[0].records.size() == 2);
}

TEST_CASE("a captured state covers the records that were sent before it") {
  durable_rooms its;
  durable_room room(its.ports.of(topic{"room:1"}), {});
  for (int i = 0; i < 3; ++i) {
    room.append({}, std::vector<cluster::log_record>(1));
  }
  room.capture({}, {});
  CHECK_FALSE(room.has_changed);
  CHECK(room.is_storing);
  its.it.settle();
  REQUIRE(its.asked.captures.size() == 1);
  CHECK(its.asked.captures[0].ticket == 3);
}

TEST_CASE("a room refuses pushes while its shard does, and more while its queue is full") {
  shard_port port(cluster::shard_id{0});
  durable_room room(port, {});
  CHECK(room.admission() == room::admission::everything);
  port.takes_pushes = false;
  CHECK(room.admission() == room::admission::no_pushes);
  room.queue.add_ticket();
  for (std::size_t i = 0; i < commit_queue::events_max; ++i) room.queue.hold(cluster::share({}));
  CHECK(room.admission() == room::admission::only_leaves);
}
