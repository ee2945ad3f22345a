// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/log_store_contract.hpp"
#include "tests/cluster/log/snapshot_store_contract.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

struct memory_log_fixture {
  log_store& store() { return logs; }
  void settle() {}
  void fill() { logs.set_log_bytes_max(1); }
  void make_space() { logs.set_log_bytes_max(0); }
  tests::memory_log_store logs;
};

struct memory_snapshots_fixture {
  snapshot_store& store() { return snapshots; }
  void settle() {}
  void fill() { snapshots.set_bytes_max(1); }
  void make_space() { snapshots.set_bytes_max(0); }
  tests::memory_snapshot_store snapshots;
};

struct kept_log : contract::log_client<memory_log_fixture> {
  kept_log() : contract::log_client<memory_log_fixture>{all} {}
  memory_log_fixture all;
};

struct kept_snapshots : contract::snapshot_client<memory_snapshots_fixture> {
  kept_snapshots() : contract::snapshot_client<memory_snapshots_fixture>{all} {}
  memory_snapshots_fixture all;
};

constexpr shard_id shard{3};

}  // namespace

TEST_CASE("the log store in memory meets the contract of log stores") {
  contract::run_log_store_contract<memory_log_fixture>();
}

TEST_CASE("the snapshot store in memory meets the contract of snapshot stores") {
  contract::run_snapshot_store_contract<memory_snapshots_fixture>();
}

TEST_CASE("a log that lost its end gives the lost sequences again") {
  kept_log log;
  log.append_all(shard, 1, 5);
  REQUIRE(log.purge(shard, 3).outcome == write_outcome::stored);
  log.all.logs.lose_above(shard, sequence{4});
  CHECK(log.sequences(shard) == contract::sequence_list{3, 4});
  log.append_all(shard, 5, 5);
  log.all.logs.lose_above(shard, sequence{1});
  CHECK(log.state(shard).first == sequence{2});
  CHECK(log.state(shard).last == sequence{1});
  CHECK(log.state(shard).bytes == 0);
}

TEST_CASE("a log that skips to a sequence is empty and goes on there") {
  kept_log log;
  log.append_all(shard, 1, 5);
  log.all.logs.skip_to(shard, sequence{9});
  CHECK(log.state(shard).last == sequence{8});
  CHECK(log.state(shard).message.view().empty());
  log.append_all(shard, 9, 9);
  CHECK(log.sequences(shard) == contract::sequence_list{9});
}

TEST_CASE("a replica's answer lacks the last writes and says so") {
  kept_snapshots rooms;
  auto& store = rooms.all.snapshots;
  const auto first = rooms.put_new(shard, "a", "first");
  const auto second = rooms.put(shard, "a", first, "second").at;
  const auto third = rooms.put_new(shard, "b", "third");
  REQUIRE(rooms.remove(shard, "a", second).outcome == write_outcome::stored);
  const std::vector<std::string> keys{"a", "b"};
  CHECK(store.get_behind(shard, keys, 0).messages.size() == 1);
  CHECK(store.get_behind(shard, keys, 1).messages.size() == 2);
  CHECK(store.get_behind(shard, keys, 1).up_to == third);
  CHECK(store.get_behind(shard, keys, 2).messages.at(0).at == second);
  CHECK(store.get_behind(shard, keys, 2).up_to == second);
  CHECK(store.list_behind(shard, "", 9, 9, 3).messages.at(0).data.view() == "first");
  CHECK(store.list_behind(shard, "", 9, 9, 3).up_to == first);
  CHECK(store.get_behind(shard, keys, 100).messages.empty());
  CHECK(store.get_behind(shard, keys, 100).up_to == sequence{});
}

TEST_CASE("a replica lacks at most a bounded number of writes") {
  kept_snapshots rooms;
  sequence last;
  for (int i = 0; i < 200; ++i) last = rooms.put(shard, "a", last, std::to_string(i)).at;
  const auto page = rooms.all.snapshots.get_behind(shard, {"a"}, 1'000);
  CHECK(page.up_to.value == last.value - tests::memory_snapshot_store::writes_behind_max);
  CHECK(page.messages.at(0).at == page.up_to);
}

TEST_CASE("snapshots that were lost leave the replaced ones, or nothing") {
  for (const bool are_replaced_kept : {true, false}) {
    kept_snapshots rooms;
    const auto first = rooms.put_new(shard, "replaced", "first");
    rooms.put_new(shard, "old", "old");
    const auto last = rooms.put_new(shard, "gone", "removed");
    rooms.put_new(shard, "new", "new");
    rooms.put(shard, "replaced", first, "second");
    REQUIRE(rooms.remove(shard, "gone", last).outcome == write_outcome::stored);
    rooms.all.snapshots.lose_above(last, are_replaced_kept);
    CHECK(rooms.keys(shard) ==
          (are_replaced_kept ? contract::key_list{"old", "replaced"} : contract::key_list{"old"}));
    CHECK(rooms.holds(shard, "replaced", first, "first") == are_replaced_kept);
    CHECK(rooms.all.snapshots.last() == last);
    CHECK(rooms.put_new(shard, "next", "next").value == last.value + 1);
  }
}
