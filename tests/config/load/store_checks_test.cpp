// SPDX-License-Identifier: Apache-2.0
#include "config/load/store_checks.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

struct checked {
  std::vector<problem> problems;
  std::vector<std::string> warnings;
};

checked check_of(const settings& all, std::vector<problem> read = {}) {
  checked out;
  check_store(all, read, out.problems, out.warnings);
  return out;
}

settings with_store() {
  settings all;
  all.store.path = "rooms";
  all.rooms[0].durability = room_durability::event;
  all.rooms[0].idempotency_field = "id";
  return all;
}

}  // namespace

TEST_CASE("a durable room without a store causes a warning, and with a store it does not") {
  settings all;
  for (auto durability : {room_durability::event, room_durability::snapshot}) {
    all.rooms[0].durability = durability;
    all.store.path.clear();
    REQUIRE(check_of(all).warnings.size() == 1);
    CHECK(check_of(all).warnings[0] == "rooms[0].durability: is \"" +
                                           std::string(name_of(durability)) +
                                           "\", but without store.path or cluster.nats every room "
                                           "is in memory: nothing is stored");
    all.cluster.nats = {"nats://a"};
    CHECK(check_of(all).warnings.empty());
    all.cluster.nats.clear();
    all.store.path = "rooms";
    CHECK(check_of(all).warnings.empty());
  }
  all.store.path.clear();
  all.rooms[0].durability = room_durability::memory;
  CHECK(check_of(all).warnings.empty());
}

TEST_CASE("the largest payload must fit into a stored event, with its idempotency value") {
  auto all = with_store();
  CHECK(check_of(all).problems.empty());
  all.limits.payload_bytes_max = 262'145;
  REQUIRE(check_of(all).problems.size() == 1);
  CHECK(check_of(all).problems[0].key == "limits.payload_bytes_max");
  CHECK(check_of(all).problems[0].text ==
        "is 262145, must be at most 262144, because rooms[0].durability is \"event\" and a stored "
        "event repeats the value of idempotency_field");
  CHECK(check_of(all, {{"limits.payload_bytes_max", "faulty"}}).problems.empty());
  all.rooms[0].idempotency_field.clear();
  CHECK(check_of(all).problems.empty());
  all.limits.payload_bytes_max = 524'289;
  all.rooms.push_back(all.rooms[0]);
  CHECK(check_of(all).problems.size() == 1);
  all.store.path.clear();
  CHECK(check_of(all).problems.empty());
}

TEST_CASE("the snapshot of a durable room must fit into the store") {
  auto all = with_store();
  all.rooms[0].history.bytes_max = 6'020'032;  // and 1,000,000 of values, 320,000 of receipts
  CHECK(check_of(all).problems.empty());
  ++all.rooms[0].history.bytes_max;
  REQUIRE(check_of(all).problems.size() == 1);
  CHECK(check_of(all).problems[0].key == "rooms[0].history.bytes_max");
  CHECK(check_of(all).problems[0].text.starts_with("is 6020033, but a snapshot of a durable room"));
  CHECK(check_of(all, {{"rooms[0].history.bytes_max", "faulty"}}).problems.empty());
  all.rooms[0].idempotency_field.clear();
  CHECK(check_of(all).problems.empty());
  all.rooms[0].receipts.users_max = 100'000;
  CHECK(check_of(all).problems.size() == 1);
  all.rooms[0].durability = room_durability::memory;
  CHECK(check_of(all).problems.empty());
}
