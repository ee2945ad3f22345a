// SPDX-License-Identifier: Apache-2.0
// Loading snapshots in parts.
#include "tests/cluster/log/parts_fixture.hpp"

using namespace roost;
using namespace roost::cluster;

TEST_CASE("if a part is gone because a newer snapshot is stored the room is read again") {
  parts_fixture former;
  former.store_push(1);
  former.push("a", 2);
  former.run();
  former.capture("a");
  former.run_to<log_requests::put_parted>();  // on its way while the shard is taken
  shard_log_fixture owner(former.store, 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.poll();
  owner.answer_last<log_requests::get>();
  former.run();
  owner.answer_last<log_requests::get_parts>();
  CHECK_FALSE(owner.take<shard_effects::loaded>());
  owner.advance(100);
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->snapshot->head == offset{2});
}

TEST_CASE("a snapshot whose parts stay away or are damaged fails the load") {
  parts_fixture former;
  former.store_push(1);
  shard_log_fixture owner(former.store, 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.poll();
  std::string why;
  SECTION("a part is missing for ten seconds") {
    why = "a part is missing";
    owner.store->execute({0, log_requests::remove_parts{topic{"a"}, sequence{1'000}}}, 0);
    owner.run();
    for (int i = 1; i < 99; ++i) {
      owner.advance(100);
      owner.run();
    }
    CHECK_FALSE(owner.take<shard_effects::load_failed>());
    owner.advance(100);
    owner.run();
  }
  SECTION("they are not those that the message names") {
    why = "its parts are damaged";
    owner.answer_last<log_requests::get>();
    owner.answer_last<log_requests::get_parts>(log_answers::joined{});
  }
  const auto failed = owner.take<shard_effects::load_failed>();
  REQUIRE(failed);
  CHECK(failed->why == why);
}
