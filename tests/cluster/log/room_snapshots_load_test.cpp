// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

/// A log with the pushes 1 to 3 of the room "a", of which a snapshot covers the first two.
std::shared_ptr<model::store> store_with_snapshot() {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve();
  owner.load("a");
  for (std::uint64_t i = 1; i <= 2; ++i) {
    owner.push("a", i);
    owner.run();
  }
  owner.capture("a");
  owner.run();
  owner.push("a", 3);
  owner.run();
  return shared;
}

}  // namespace

TEST_CASE("a room is its snapshot and the records above what the snapshot covers") {
  shard_log_fixture owner(store_with_snapshot(), 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->snapshot->head == offset{2});
  REQUIRE(loaded->records.size() == 1);
  CHECK(loaded->records[0].at == offset{3});
  CHECK_FALSE(loaded->stores_first);
}

TEST_CASE("a snapshot that covers all records of a room is not written again") {
  const auto shared = store_with_snapshot();
  auto limits = shard_log_fixture::prompt_limits();
  limits.log_age_ms = 0;
  shard_log_fixture first(shared, 2, limits);
  first.serve(2'000'000);
  first.load("a");
  first.capture("a");
  first.run();
  const auto at = shared->newest("a");
  shard_log_fixture owner(shared, 3, limits);
  owner.serve(3'000'000);
  CHECK(owner.take<shard_effects::capture>());
  owner.load("a");
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(shared->newest("a") == at);
}

TEST_CASE("a capture that was not needed does not keep the room from being captured again") {
  auto limits = shard_log_fixture::patient_limits();
  limits.log_age_ms = 0;
  const auto shared = store_with_snapshot();
  shard_log_fixture first(shared, 2);
  first.serve(2'000'000);
  first.load("a");
  first.capture("a");
  first.run();
  shard_log_fixture owner(shared, 3, limits);
  owner.serve(3'000'000);
  owner.advance(500);
  owner.run();
  REQUIRE(owner.take<shard_effects::capture>());
  owner.log.look(owner.now);  // so that the age of snapshots is not known
  owner.load("a");
  owner.capture("a");
  owner.run();
  REQUIRE(owner.take<shard_effects::stored_snapshot>());
  owner.push("a", 4);
  owner.run();
  owner.advance(500);
  owner.run();
  CHECK(owner.take<shard_effects::capture>());
}

TEST_CASE("a room that was never stored is new") {
  shard_log_fixture owner;
  owner.serve();
  owner.log.load(topic{"new"});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK_FALSE(loaded->snapshot);
  CHECK(loaded->records.empty());
}

TEST_CASE("a room that is asked for during a take-over is read once the shard is served") {
  shard_log_fixture owner(store_with_snapshot(), 2);
  owner.take_over(2'000'000);
  owner.log.load(topic{"a"});
  owner.run();
  CHECK(owner.take<shard_effects::loaded>()->records.size() == 1);
}

TEST_CASE("at most the set number of rooms is read at a time") {
  auto limits = shard_log_fixture::prompt_limits();
  limits.loads_max = 2;
  shard_log_fixture owner(std::make_shared<model::store>(1), 1, limits);
  owner.serve();
  for (const auto* name : {"a", "b", "c"}) owner.log.load(topic{name});
  owner.poll();
  CHECK(owner.requests.size() == 2);
  owner.run();
  CHECK(owner.effects.size() >= 3);
}

TEST_CASE("records that the index does not hold are read from the log again") {
  auto limits = shard_log_fixture::prompt_limits();
  limits.index_bytes_max = 0;
  shard_log_fixture owner(store_with_snapshot(), 2, limits);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  REQUIRE(loaded->records.size() == 1);
  CHECK(loaded->records[0].at == offset{3});
}

TEST_CASE("records that do not follow each other are a loss, and never apply again") {
  const auto shared = std::make_shared<model::store>(1);
  shard_log_fixture first(shared, 1);
  first.serve_with_record();
  first.push("a", 2);
  first.run();
  shared->execute({0, log_requests::purge{sequence{3}}}, 0);  // the first push is gone
  shard_log_fixture owner(shared, 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.run();
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::lost);
  REQUIRE(owner.log.is_serving());
  owner.log.load(topic{"a"});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->stores_first);
  CHECK(owner.log.counters().losses == 1);
}

TEST_CASE("if a record is gone from the log the snapshot is read again") {
  auto limits = shard_log_fixture::prompt_limits();
  limits.index_bytes_max = 0;
  const auto shared = store_with_snapshot();
  shard_log_fixture owner(shared, 2, limits);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.poll();
  owner.answer_last<log_requests::get>();
  // The former owner's snapshot and its purge come late.
  model::room late = model::room::make(shared->newest("a").get(), {});
  late.push(topic{"a"}, 3);
  auto snapshot = late.capture(topic{"a"});
  snapshot.log = shared->newest("a")->log;
  snapshot.covered = sequence{4};
  shared->execute({0, log_requests::put_snapshot{sequence{2}, std::make_shared<room_snapshot>(
                                                                  std::move(snapshot))}},
                  0);
  shared->execute({0, log_requests::purge{sequence{5}}}, 0);
  owner.run();
  owner.advance(100);
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->snapshot->head == offset{3});
  CHECK(loaded->records.empty());
}

TEST_CASE("a snapshot that cannot be decoded fails the load") {
  const auto shared = store_with_snapshot();
  shard_log_fixture owner(shared, 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.poll();
  auto found = std::get<log_answers::snapshots>(shared->execute(owner.requests[0], 0));
  found.room.reset();
  owner.answer_last<log_requests::get>(found);
  CHECK(owner.take<shard_effects::load_failed>());
}

TEST_CASE("under a new log id a room is stored before it is used") {
  const auto shared = store_with_snapshot();
  shard_log_fixture owner(shared, 2);
  owner.serve(2'000'000);
  owner.log.saw_ownership(9'000'000, owner.now);  // lost by the store
  owner.run();
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::lost);
  const auto name = GENERATE(as<std::string>(), "a", "new");
  owner.log.load(topic{name});
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  REQUIRE(loaded);
  CHECK(loaded->stores_first);
  CHECK(loaded->records.size() == (name == "a" ? 1 : 0));
  owner.open(*loaded);
  owner.capture(name);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(shared->newest(name)->log.number == owner.log.ownership());
  if (name == "a") CHECK(shared->newest(name)->head == offset{3});
}

TEST_CASE("a room that finds another snapshot when it stores its first is loaded again") {
  const auto shared = store_with_snapshot();
  shard_log_fixture owner(shared, 2);
  owner.serve(2'000'000);
  owner.log.load(topic{"a"}, true);
  owner.run();
  const auto loaded = owner.take<shard_effects::loaded>();
  CHECK(loaded->stores_first);
  owner.open(*loaded);
  auto late = *shared->newest("a");
  late.covered = sequence{4};
  shared->execute(
      {0, log_requests::put_snapshot{sequence{2}, std::make_shared<room_snapshot>(late)}}, 0);
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::reload>());
  owner.log.load(topic{"a"});
  owner.run();
  CHECK(owner.take<shard_effects::loaded>()->snapshot->covered == sequence{4});
}

TEST_CASE("a room whose stored snapshot is gone is not loaded from an older one") {
  shard_log_fixture owner(store_with_snapshot(), 2);
  owner.serve(2'000'000);
  owner.load("a");
  owner.log.drop(topic{"a"});  // although its last record is in no snapshot
  owner.log.load(topic{"a"});
  owner.run();
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::lost);
  owner.log.load(topic{"a"});
  owner.run();
  CHECK(owner.take<shard_effects::loaded>()->records.size() == 1);
}
