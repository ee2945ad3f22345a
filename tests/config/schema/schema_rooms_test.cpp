// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_rooms.hpp"

#include "config/load/loader.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

std::string all_of(const loaded& from) {
  std::string out;
  for (const auto& p : from.problems) out += p.key + ": " + p.text + "\n";
  return out;
}

loaded load_room(const std::string& rule) { return load({"", {}, {"rooms=[" + rule + "]"}}); }

}  // namespace

TEST_CASE("each setting of a room rule is loaded into its field") {
  auto got = load_room(R"({
    "match": "room:*", "durability": "snapshot", "echo": false, "members_max": 9,
    "history": { "events_max": 1, "age_ms_max": 604800000, "bytes_max": 3 },
    "presence": { "mode": "count", "full_max": 4, "window_ms": 5, "meta_bytes_max": 6 },
    "receipts": { "users_max": 7, "window_ms": 8 }, "ephemeral": ["typing", "cursor"],
    "idempotency_field": "id", "idempotency_bytes_max": 10, "conflate_field": "who",
    "batch_ms": 11, "events": { "msg": { "bytes_max": 12, "schema_file": "" } } })");
  CHECK(all_of(got) == "");
  REQUIRE(got.values.rooms.size() == 1);
  const auto& room = got.values.rooms[0];
  CHECK(room.durability == room_durability::snapshot);
  CHECK(room.history.events_max == 1);
  CHECK(room.history.age_ms_max == 604'800'000);
  CHECK(room.history.bytes_max == 3);
  CHECK(room.presence.mode == presence_mode::count);
  CHECK(room.presence.full_max == 4);
  CHECK(room.presence.window_ms == 5);
  CHECK(room.presence.meta_bytes_max == 6);
  CHECK(room.receipts.users_max == 7);
  CHECK(room.receipts.window_ms == 8);
  CHECK(room.ephemeral == std::vector<std::string>{"typing", "cursor"});
  CHECK(room.idempotency_field == "id");
  CHECK(room.idempotency_bytes_max == 10);
  CHECK(room.conflate_field == "who");
  CHECK(room.batch_ms == 11);
  REQUIRE(room.events.size() == 1);
  CHECK(room.events[0].name == "msg");
  CHECK(room.events[0].bytes_max == 12);
}

TEST_CASE("every field of a room rule can be written and read back") {
  for (const auto& one : declare_room()) {
    INFO(one.declaration.key);
    room_rule rule;
    auto value = one.read(rule);
    if (one.declaration.type == value_type::integer) value = one.declaration.within.max;
    if (one.declaration.type == value_type::boolean) value = !value.get<bool>();
    if (one.declaration.type == value_type::choice) value = one.declaration.choices.back();
    if (one.declaration.type == value_type::text) value = "given";
    if (one.declaration.type == value_type::texts) value = {"given", "too"};
    CHECK(find_faults(one.declaration, value, "k").empty());
    one.write(rule, value);
    CHECK(one.read(rule) == value);
  }
}

TEST_CASE("no two settings of a room share a field") {
  const auto all = declare_room();
  for (const auto& written : all) {
    if (written.declaration.type != value_type::integer) continue;
    room_rule rule;
    written.write(rule, 77);
    for (const auto& other : all) {
      INFO(written.declaration.key << " and " << other.declaration.key);
      CHECK((other.read(rule) == other.read(room_rule{})) == (&other != &written));
    }
  }
}

TEST_CASE("room settings outside their bounds are reported with the bounds") {
  auto got = load_room(R"({ "history": { "events_max": 1000001, "age_ms_max": 2592000001,
    "bytes_max": 1073741825 }, "presence": { "full_max": 100001, "window_ms": 60001 },
    "batch_ms": 1001 })");
  CHECK(all_of(got) ==
        "rooms[0].batch_ms: is 1001, must be 0..1000 ms (from --set)\n"
        "rooms[0].history.age_ms_max: is 2592000001, must be 0..2592000000 ms (from --set)\n"
        "rooms[0].history.bytes_max: is 1073741825, must be 0..1073741824 bytes (from --set)\n"
        "rooms[0].history.events_max: is 1000001, must be 0..1000000 (from --set)\n"
        "rooms[0].presence.full_max: is 100001, must be 0..100000 (from --set)\n"
        "rooms[0].presence.window_ms: is 60001, must be 0..60000 ms (from --set)\n");
}

TEST_CASE("an event rule has a name and a payload limit and a schema file") {
  auto events = declare_events();
  CHECK(events.declaration.key == "events");
  room_rule::event_rule one;
  for (const auto& each : events.elements) {
    each.write(one,
               each.declaration.key == "bytes_max" ? nlohmann::json(9) : nlohmann::json("a.json"));
  }
  CHECK(one.bytes_max == 9);
  CHECK(one.schema_file == "a.json");
  one.*events.name = "msg";
  CHECK(one.name == "msg");
}
