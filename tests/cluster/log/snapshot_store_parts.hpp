// SPDX-License-Identifier: Apache-2.0
// The part of the snapshot store's contract tests that is about snapshots in parts.
#pragma once

#include <string>

#include "tests/cluster/log/snapshot_client.hpp"

namespace roost::cluster::contract {

template <class Fixture>
void a_part_is_read_by_its_key_and_is_in_no_list() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const std::string arbitrary("\0\xff.", 3);
  const auto first = rooms.put_part(snapshots_a, "room.1-1.0", arbitrary);
  const auto room = rooms.put_new(snapshots_a, "room", "names parts");
  const auto second = rooms.put_part(snapshots_a, "room.1-1.1", "second");
  CHECK(first.outcome == write_outcome::stored);
  CHECK(first.at > sequence{});
  CHECK(room > first.at);
  CHECK(second.at > room);
  CHECK(rooms.holds(snapshots_a, "room.1-1.0", first.at, arbitrary));
  const auto page = rooms.get(snapshots_a, {"room.1-1.1", "room.1-1.2", "room.1-1.0"});
  REQUIRE(page.messages.size() == 2);
  CHECK(page.messages[0].data.view() == "second");
  CHECK(page.up_to == second.at);
  rooms.put_new(snapshots_a, "room-2", "other");
  CHECK(rooms.keys(snapshots_a) == key_list{"room", "room-2"});
  CHECK(rooms.list(snapshots_a, "", 1).messages.at(0).key == "room");
  CHECK(rooms.list(snapshots_a, "room", 1).messages.at(0).key == "room-2");
  CHECK(rooms.list(snapshots_a, "room", 1).is_end);
}

template <class Fixture>
void parts_are_listed_without_their_rooms() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  rooms.put_part(snapshots_b, "room.1-1.0", "of another shard");
  const auto first = rooms.put_part(snapshots_a, "room.1-1.0", "first").at;
  rooms.put_new(snapshots_a, "room", "names parts");
  rooms.put_part(snapshots_a, "a.1-1.0", "of another room");
  const auto last = rooms.put_part(snapshots_a, "room.1-1.1", "second").at;
  const auto page = rooms.list_parts(snapshots_a, "", 2);
  REQUIRE(page.messages.size() == 2);
  CHECK(page.messages[0].key == "a.1-1.0");
  CHECK(page.messages[1].key == "room.1-1.0");
  CHECK(page.messages[1].at == first);
  CHECK(page.messages[1].data.size == 0);
  CHECK(page.up_to == last);
  CHECK_FALSE(page.is_end);
  const auto rest = rooms.list_parts(snapshots_a, "room.1-1.0", 2);
  REQUIRE(rest.messages.size() == 1);
  CHECK(rest.messages[0].at == last);
  CHECK(rest.is_end);
}

/// The parts of the key's room stay, and so do other parts.
template <class Fixture>
void a_part_is_removed_alone() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto first = rooms.put_part(snapshots_a, "room.1-1.0", "first").at;
  const auto second = rooms.put_part(snapshots_a, "room.1-1.1", "second").at;
  CHECK(has_failed(rooms.remove(snapshots_a, "room.1-1.1", first), write_outcome::conflict));
  CHECK(is_stored(rooms.remove(snapshots_a, "room.1-1.1", second), sequence{}));
  CHECK(rooms.list_parts(snapshots_a, "", 9).messages.size() == 1);
}

template <class Fixture>
void a_part_takes_the_place_of_one_with_its_key() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto first = rooms.put_part(snapshots_a, "room.1-1.0", "first").at;
  const auto again = rooms.put_part(snapshots_a, "room.1-1.0", "again");
  CHECK(again.outcome == write_outcome::stored);
  CHECK(again.at > first);
  CHECK(rooms.holds(snapshots_a, "room.1-1.0", again.at, "again"));
  CHECK(rooms.get(snapshots_b, {"room.1-1.0"}).messages.empty());
}

/// Also not those of a room whose key begins with the same characters.
template <class Fixture>
void a_removal_of_parts_removes_no_others() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  rooms.put_part(snapshots_a, "room.1-1.0", "old");
  rooms.put_part(snapshots_a, "room.1-1.1", "old");
  for (const auto* key : {"room-.1-1.0", "room:.1-1.0", "roo.1-1.0", "room1.1-1.0", "room=2E.1"}) {
    rooms.put_part(snapshots_a, key, "of another room");
  }
  rooms.put_part(snapshots_b, "room.1-1.0", "of another shard");
  const auto room = rooms.put_new(snapshots_a, "room", "names parts");
  const auto kept = rooms.put_part(snapshots_a, "room.1-2.0", "new").at;
  const auto rewritten = rooms.put_part(snapshots_a, "room.1-1.1", "written again").at;
  CHECK(is_stored(rooms.remove_parts(snapshots_a, "room", kept), sequence{}));
  CHECK(rooms.get(snapshots_a, {"room.1-1.0"}).messages.empty());
  CHECK(rooms.holds(snapshots_a, "room.1-1.1", rewritten, "written again"));
  CHECK(rooms.holds(snapshots_a, "room.1-2.0", kept, "new"));
  CHECK(rooms.holds(snapshots_a, "room", room, "names parts"));
  CHECK(
      rooms
          .get(snapshots_a, {"room-.1-1.0", "room:.1-1.0", "roo.1-1.0", "room1.1-1.0", "room=2E.1"})
          .messages.size() == 5);
  CHECK(rooms.get(snapshots_b, {"room.1-1.0"}).messages.size() == 1);
  CHECK(is_stored(rooms.remove_parts(snapshots_a, "room", kept), sequence{}));
}

/// A part that another owner stores meanwhile stays.
template <class Fixture>
void a_removed_snapshot_takes_its_parts_with_it() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  rooms.put_part(snapshots_a, "room.1-1.0", "part");
  const auto room = rooms.put_new(snapshots_a, "room", "names parts");
  rooms.put_part(snapshots_a, "room.2-1.0", "newer");
  CHECK(has_failed(rooms.remove(snapshots_a, "room", sequence{}), write_outcome::conflict));
  CHECK(rooms.get(snapshots_a, {"room.1-1.0"}).messages.size() == 1);
  CHECK(is_stored(rooms.remove(snapshots_a, "room", room), sequence{}));
  CHECK(rooms.get(snapshots_a, {"room.1-1.0"}).messages.empty());
  CHECK(rooms.get(snapshots_a, {"room.2-1.0"}).messages.size() == 1);
}

template <class Fixture>
void a_part_has_the_bounds_of_a_message() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const std::string text(fixture.store().message_bytes_max(), '\x80');
  CHECK(rooms.put_part(snapshots_a, "room.1-1.0", text).outcome == write_outcome::stored);
  CHECK(has_failed(rooms.put_part(snapshots_a, "room.1-1.1", text + "x"), write_outcome::refused));
  fixture.fill();
  CHECK(has_failed(rooms.put_part(snapshots_a, "room.1-1.1", std::string(100'000, 'm')),
                   write_outcome::full));
  fixture.make_space();
  CHECK(rooms.put_part(snapshots_a, "room.1-1.1", "m").outcome == write_outcome::stored);
}

template <class Fixture>
void run_snapshot_store_parts() {
  SECTION("a part is read by its key and is in no list") {
    a_part_is_read_by_its_key_and_is_in_no_list<Fixture>();
  }
  SECTION("parts are listed without their rooms") {
    parts_are_listed_without_their_rooms<Fixture>();
  }
  SECTION("a part is removed alone") { a_part_is_removed_alone<Fixture>(); }
  SECTION("a part takes the place of one with its key") {
    a_part_takes_the_place_of_one_with_its_key<Fixture>();
  }
  SECTION("a removal of parts removes those of one room below a sequence and no others") {
    a_removal_of_parts_removes_no_others<Fixture>();
  }
  SECTION("a removed snapshot takes its parts with it") {
    a_removed_snapshot_takes_its_parts_with_it<Fixture>();
  }
  SECTION("a part has the bounds of a message") { a_part_has_the_bounds_of_a_message<Fixture>(); }
}

}  // namespace roost::cluster::contract
