// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/room_snapshots.hpp"

#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

/// An owner with the room "a", whose first push is stored.
struct snapshots_fixture : shard_log_fixture {
  explicit snapshots_fixture(const shard_log_limits& limits = prompt_limits())
      : shard_log_fixture(std::make_shared<model::store>(2), 1, limits) {
    serve_with_record();
  }
  /// The request that stores the snapshot of "a", which stays in `requests`.
  log_requests::put_snapshot put() {
    return std::get<log_requests::put_snapshot>(requests.at(0).body);
  }
  sequence covered() const { return store->newest("a")->covered; }
  /// Another owner's snapshot, or an own one that is late.
  void store_foreign(std::uint64_t covered, sequence expected, log_id id,
                     std::optional<std::uint64_t> ownership = {}) {
    auto foreign = room.capture(topic{"a"});
    if (ownership) foreign.epochs.back().of.ownership = *ownership;
    foreign.log = id;
    foreign.covered = sequence{covered};
    const log_requests::put_snapshot body{expected,
                                          std::make_shared<room_snapshot>(std::move(foreign))};
    store->execute({0, body}, 0);
  }
  log_id id() const { return store->log().begin()->second->log; }
};

/// With patient_limits(): the next snapshot replaces the young one after 500 ms, and not before.
void check_replaced_at_500_ms(snapshots_fixture& owner, sequence young, sequence next) {
  owner.advance(499);
  owner.run();
  CHECK(owner.covered() == young);
  owner.advance(1);
  owner.run();
  CHECK(owner.covered() == next);
}

}  // namespace

TEST_CASE("a snapshot covers the last closed batch and waits until that batch is stored") {
  snapshots_fixture owner;
  owner.push("a", 2);
  owner.poll();  // the append with the sequence 3 is under way
  owner.capture("a");
  owner.poll();
  CHECK(owner.requests.size() == 1);
  owner.answer_last<log_requests::append>();
  CHECK(owner.put().snapshot->covered == sequence{3});
  owner.run();
  CHECK(owner.covered() == sequence{3});
  CHECK(owner.log.is_covered(topic{"a"}));
}

TEST_CASE("a snapshot with records that wait covers the batch that gets the last of them") {
  snapshots_fixture owner;
  owner.push("a", 2);
  owner.capture("a");
  owner.push("a", 3);  // does not join the batch that the snapshot covers
  owner.run();
  CHECK(owner.covered() == sequence{3});
  CHECK(owner.store->newest("a")->head == offset{2});
  CHECK(owner.messages() == 4);
  CHECK_FALSE(owner.log.is_covered(topic{"a"}));
}

TEST_CASE("a snapshot is written with the sequence of the one that it replaces") {
  snapshots_fixture owner;
  owner.capture("a");
  owner.poll();
  CHECK(owner.put().expected == sequence{});
  owner.run();
  owner.push("a", 2);
  owner.run();
  owner.capture("a");
  owner.poll();
  CHECK(owner.put().expected == sequence{2});  // 1 is the barrier
  owner.run();
  CHECK(owner.covered() == sequence{3});
}

TEST_CASE("after a conflict the snapshot with the higher covered sequence stays") {
  const std::uint64_t covered = GENERATE(1, 2);
  snapshots_fixture owner;
  owner.capture("a");
  owner.poll();
  owner.store_foreign(covered, {}, owner.id());
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
  CHECK(owner.log.counters().snapshot_conflicts == 1);
  CHECK(owner.log.counters().losses == 0);
}

TEST_CASE("a snapshot that covers more than the log is a loss if no other owner is there") {
  snapshots_fixture owner;
  owner.capture("a");
  owner.poll();
  owner.store_foreign(9, {}, owner.id());
  owner.run();
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::lost);
  CHECK(owner.log.is_serving());
}

TEST_CASE("an own barrier that is gone is a loss") {
  snapshots_fixture owner;
  owner.log.load(topic{"b"});
  owner.poll();
  log_answers::snapshots found;
  found.up_to = sequence{100};
  owner.answer_last<log_requests::get>(found);
  owner.run();
  owner.advance(100);
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK(owner.log.counters().losses == 1);
}

TEST_CASE("a snapshot of a newer owner fences") {
  snapshots_fixture old;
  shard_log_fixture newer(old.store, 2);
  newer.serve(2'000'000);
  newer.load("a");
  newer.capture("a");
  newer.run();
  old.capture("a");
  old.run();
  CHECK(old.take<shard_effects::stopped>()->why == stop_reason::fenced);
}

TEST_CASE("a write of a snapshot without an answer is looked up") {
  const bool is_executed = GENERATE(false, true);
  snapshots_fixture owner;
  owner.capture("a");
  owner.poll();
  owner.answer_last<log_requests::put_snapshot>(unknown_outcome(), is_executed);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.covered() == sequence{2});
}

TEST_CASE("a room without records is written again after a write without an answer") {
  const bool is_executed = GENERATE(false, true);
  shard_log_fixture owner;
  owner.serve();
  owner.log.load(topic{"a"}, true);
  owner.run();
  owner.open(owner.take<shard_effects::loaded>().value());
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  owner.room.push(topic{"a"}, 1);
  owner.capture("a");
  owner.poll();
  owner.answer_last<log_requests::put_snapshot>(unknown_outcome(), is_executed);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
  CHECK(owner.store->newest("a")->head == offset{1});  // it covers as much as the one before
}

TEST_CASE("a snapshot that the store refuses is written again later") {
  const auto outcome = GENERATE(write_outcome::full, write_outcome::refused);
  snapshots_fixture owner;
  owner.capture("a");
  owner.poll();
  owner.answer_last<log_requests::put_snapshot>(write_result{outcome, {}, {}}, false);
  owner.run();
  CHECK_FALSE(owner.take<shard_effects::stored_snapshot>());
  owner.advance(100);
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>());
}

TEST_CASE("a capture waits while the snapshot that it replaces is young") {
  snapshots_fixture owner(snapshots_fixture::patient_limits());
  owner.capture("a");
  owner.poll();
  owner.push("a", 2);
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>()->ticket.number == 1);
  check_replaced_at_500_ms(owner, sequence{2}, sequence{3});
  CHECK(owner.take<shard_effects::stored_snapshot>()->ticket.number == 2);
}

TEST_CASE("a former owner's late snapshot is replaced after a conflict once it is not young") {
  snapshots_fixture owner(snapshots_fixture::patient_limits());
  owner.capture("a");
  owner.poll();
  owner.store_foreign(1, {}, owner.id(), 5);
  owner.run();
  check_replaced_at_500_ms(owner, sequence{1}, sequence{2});
  CHECK(owner.take<shard_effects::stored_snapshot>());
}

TEST_CASE("a former owner's late snapshot that a load finds is replaced once it is not young") {
  snapshots_fixture owner(snapshots_fixture::patient_limits());
  owner.capture("a");
  owner.run();
  owner.log.drop(topic{"a"});
  owner.store_foreign(2, sequence{2}, owner.id(), 5);
  owner.load("a");
  owner.push("a", 2);
  owner.capture("a");
  owner.run();
  check_replaced_at_500_ms(owner, sequence{2}, sequence{3});
}

TEST_CASE(
    "a read that is older than what was stored is repeated, with the own barrier or without") {
  const bool lacks_barrier = GENERATE(false, true);
  snapshots_fixture owner;
  owner.log.load(topic{"b"});
  owner.poll();
  auto stale = std::get<log_answers::snapshots>(owner.store->execute(owner.requests[0], 0));
  if (lacks_barrier) stale.barrier_ownership = 1;
  stale.up_to = {};
  owner.answer_last<log_requests::get>(stale);
  CHECK_FALSE(owner.take<shard_effects::loaded>());
  owner.advance(100);
  owner.run();
  CHECK(owner.take<shard_effects::loaded>());
}
