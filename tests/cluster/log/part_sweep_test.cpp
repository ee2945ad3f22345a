// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/part_sweep.hpp"

#include "tests/cluster/log/parts_fixture.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

shard_log_limits swept(std::int64_t truncate_delay_ms = 0) {
  auto out = shard_log_fixture::prompt_limits();
  out.sweep_ms = 1'000;
  out.truncate_delay_ms = truncate_delay_ms;
  return out;
}

/// An owner at a store that another one has filled with its rooms.
struct sweep_fixture : shard_log_fixture {
  explicit sweep_fixture(stores shared, const shard_log_limits& limits = swept())
      : shard_log_fixture(std::move(shared), 2, limits) {
    serve(2'000'000);
  }
  void sweep() {
    advance(1'000);
    run();
  }
};

void put_part(const shard_log_fixture::stores& into, const part_names& names,
              const std::string& room = "a") {
  into->execute(
      {0, log_requests::put_part{topic{room}, names, 0, slice::of(bytes_ptr::copy("part"))}}, 0);
}

/// A store with a room in parts, as its owner left it.
shard_log_fixture::stores stored_room() {
  parts_fixture owner;
  owner.store_push(1);
  return owner.store;
}

}  // namespace

TEST_CASE("a part that no snapshot names is removed by the second sweep that finds it") {
  const auto shared = stored_room();
  const auto named = shared->parts();
  sweep_fixture owner(shared);
  put_part(shared, {1, 9});
  put_part(shared, {1, 9}, "b");  // without a room's message
  REQUIRE(shared->orphans() == 2);
  owner.sweep();
  CHECK(shared->orphans() == 2);
  owner.sweep();
  CHECK(shared->orphans() == 0);
  CHECK(shared->parts() == named);
  CHECK(owner.log.counters().parts_removed == 2);
  CHECK(shared->newest("a"));
}

TEST_CASE("parts that came after the last sweep and those of a young message are not judged") {
  const auto shared = stored_room();
  sweep_fixture owner(shared);
  owner.sweep();
  put_part(shared, {1, 9});
  owner.sweep();
  CHECK(shared->orphans() == 1);
  // Their commit comes before the next sweep.
  parts_fixture late(shared, 3);
  late.store_push(2);
  owner.sweep();
  CHECK(shared->newest("a"));
}

TEST_CASE("after a break nothing counts that a sweep has seen before") {
  const auto shared = stored_room();
  sweep_fixture owner(shared);
  put_part(shared, {1, 9});
  owner.sweep();
  owner.log.suspend();
  owner.log.look(owner.now);
  owner.sweep();
  CHECK(shared->orphans() == 1);
  owner.sweep();
  CHECK(shared->orphans() == 0);
}

TEST_CASE("sweeps are as far apart as a snapshot that may be lost needs") {
  const auto shared = stored_room();
  sweep_fixture owner(shared, swept(3'000));
  put_part(shared, {1, 9});
  owner.advance(3'000);
  owner.run();
  owner.sweep();
  owner.sweep();
  CHECK(shared->orphans() == 1);
  owner.sweep();
  CHECK(shared->orphans() == 0);
}

TEST_CASE("the next snapshot of a room in memory removes its parts that nothing names") {
  const auto shared = stored_room();
  shared->set_snapshot_bytes_max(0);
  sweep_fixture owner(shared);
  owner.load("a");
  owner.push("a", 2);
  owner.run();
  owner.capture("a");
  owner.run();
  REQUIRE(shared->parts() == 0);
  put_part(shared, {1, 9});
  owner.sweep();
  owner.sweep();
  CHECK(shared->orphans() == 1);
  owner.push("a", 3);
  owner.run();
  owner.capture("a");
  owner.run();
  CHECK(shared->orphans() == 0);
}

TEST_CASE("a room that is loaded while its message is read keeps its parts") {
  const auto shared = stored_room();
  sweep_fixture owner(shared);
  put_part(shared, {1, 9});
  owner.sweep();
  owner.advance(1'000);
  owner.poll();
  owner.answer_last<log_requests::list_parts>();
  owner.log.load(topic{"a"});
  owner.answer_last<log_requests::get>();
  owner.run();
  CHECK(shared->orphans() == 1);
}

TEST_CASE("the parts of a room whose message cannot be read stay") {
  const auto shared = stored_room();
  sweep_fixture owner(shared);
  owner.sweep();
  owner.advance(1'000);
  owner.poll();
  owner.answer_last<log_requests::list_parts>();
  log_answers::snapshots unreadable;
  unreadable.barrier_ownership = owner.log.ownership();
  unreadable.up_to = sequence{1'000};
  unreadable.room_at = sequence{1};
  owner.answer_last<log_requests::get>(unreadable);
  owner.run();
  CHECK(owner.log.counters().parts_removed == 0);
}

TEST_CASE("a sweep that cannot read goes on a second later") {
  const auto shared = stored_room();
  sweep_fixture owner(shared);
  owner.advance(1'000);
  owner.poll();
  owner.answer_last<log_requests::list_parts>(log_answers::failed{"timeout"});
  CHECK(owner.requests.empty());
  owner.sweep();
  put_part(shared, {1, 9});
  owner.sweep();
  owner.sweep();
  CHECK(shared->orphans() == 0);
}
