// SPDX-License-Identifier: Apache-2.0
// Contract tests for cluster/log/snapshot_store.hpp that every snapshot store must pass. A fixture
// offers what log_store_contract.hpp asks for, with a cluster::snapshot_store& store().
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/cluster/log/snapshot_client.hpp"
#include "tests/cluster/log/snapshot_store_parts.hpp"
#include "tests/cluster/log/snapshot_store_reads.hpp"

namespace roost::cluster::contract {

/// Promise 1.
template <class Fixture>
void a_snapshot_is_replaced_only_if_it_is_the_expected_one() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto other = rooms.put_new(snapshots_b, "room:1", "other shard");
  CHECK(has_failed(rooms.put(snapshots_a, "room:1", other, "none"), write_outcome::conflict));
  const auto first = rooms.put_new(snapshots_a, "room:1", "first");
  const auto second = rooms.put(snapshots_a, "room:1", first, "second");
  CHECK(second.outcome == write_outcome::stored);
  CHECK(second.at > first);
  for (const auto expected : {sequence{}, first, other, sequence{second.at.value + 1}}) {
    CHECK(has_failed(rooms.put(snapshots_a, "room:1", expected, "late"), write_outcome::conflict));
  }
  CHECK(rooms.holds(snapshots_a, "room:1", second.at, "second"));
  CHECK(rooms.holds(snapshots_b, "room:1", other, "other shard"));
}

template <class Fixture>
void sequences_of_all_keys_are_from_one_order() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  sequence last;
  for (int i = 0; i < 10; ++i) {
    for (const auto shard : {snapshots_a, snapshots_b}) {
      const auto at = rooms.put_new(shard, "room:" + std::to_string(i), "state");
      CHECK(at > last);
      last = at;
      CHECK(rooms.get(snapshots_a, {}).up_to == at);
    }
  }
}

/// Promise 1, with requests that wait together.
template <class Fixture>
void one_of_several_puts_is_stored() {
  Fixture fixture;
  sequence last;
  for (int i = 0; i < 20; ++i) {
    std::vector<awaited<write_result>> answers(5);
    for (auto& each : answers) {
      fixture.store().put(snapshots_a, "room", last, slice_of("state"), each.callback());
    }
    fixture.settle();
    const auto stored = std::ranges::count_if(answers, [&](const auto& each) {
      const auto got = each.get();
      if (got.outcome == write_outcome::stored) last = got.at;
      return got.outcome == write_outcome::stored;
    });
    CHECK(stored == 1);
    CHECK(std::ranges::count_if(answers, [](const auto& each) {
            return has_failed(each.get(), write_outcome::conflict);
          }) == 4);
  }
}

/// Promise 1, with writers on several threads that each put behind what they see.
template <class Fixture>
void concurrent_puts_replace_each_message_once() {
  Fixture fixture;
  constexpr int each = 50;
  std::vector<std::vector<std::uint64_t>> stored(4);
  std::vector<std::thread> writers;
  for (auto& sequences : stored) {
    writers.emplace_back([&fixture, &sequences] {
      sequence expected;
      while (sequences.size() < each) {
        awaited<write_result> answer;
        fixture.store().put(snapshots_a, "room", expected, slice_of("state"), answer.callback());
        const auto got = answer.get();
        if (got.outcome == write_outcome::stored) sequences.push_back(got.at.value);
        awaited<result<snapshot_page>> newest;
        fixture.store().get(snapshots_a, {"room"}, newest.callback());
        const auto page = *newest.get();
        if (!page.messages.empty()) expected = page.messages[0].at;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  std::vector<std::uint64_t> all;
  for (const auto& sequences : stored) {
    CHECK(std::ranges::is_sorted(sequences));
    all.insert(all.end(), sequences.begin(), sequences.end());
  }
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
  CHECK(
      snapshot_client<Fixture>{fixture}.holds(snapshots_a, "room", sequence{all.back()}, "state"));
}

template <class Fixture>
void a_snapshot_is_removed_only_if_it_is_the_expected_one() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto first = rooms.put_new(snapshots_a, "room:1", "first");
  const auto second = rooms.put(snapshots_a, "room:1", first, "second").at;
  const auto other = rooms.put_new(snapshots_a, "room:11", "other");
  for (const auto expected : {sequence{}, first, other}) {
    CHECK(has_failed(rooms.remove(snapshots_a, "room:1", expected), write_outcome::conflict));
  }
  CHECK(has_failed(rooms.remove(snapshots_b, "room:1", second), write_outcome::conflict));
  CHECK(rooms.holds(snapshots_a, "room:1", second, "second"));
  CHECK(is_stored(rooms.remove(snapshots_a, "room:1", second), sequence{}));
  CHECK(rooms.get(snapshots_a, {"room:1"}).messages.empty());
  CHECK(rooms.keys(snapshots_a) == key_list{"room:11"});
  CHECK(has_failed(rooms.remove(snapshots_a, "room:1", second), write_outcome::conflict));
  CHECK(has_failed(rooms.put(snapshots_a, "room:1", second, "old"), write_outcome::conflict));
  CHECK(rooms.put_new(snapshots_a, "room:1", "again") > other);
}

/// No sequence is given twice, also if the newest message was removed.
template <class Fixture>
void a_removed_snapshot_gives_its_sequence_to_no_other() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  sequence last;
  for (int i = 0; i < 3; ++i) {
    const auto at = rooms.put_new(snapshots_a, "room:1", "state");
    CHECK(at > last);
    last = at;
    REQUIRE(rooms.remove(snapshots_a, "room:1", at).outcome == write_outcome::stored);
    CHECK(rooms.get(snapshots_a, {"room:1"}).up_to == last);
    if constexpr (requires { fixture.reopen(); }) fixture.reopen();
  }
}

template <class Fixture>
void a_snapshot_may_have_the_maximum_size() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const std::string text(fixture.store().message_bytes_max(), '\x80');
  const auto at = rooms.put_new(snapshots_a, "room:1", text);
  CHECK(has_failed(rooms.put(snapshots_a, "room:1", at, text + "x"), write_outcome::refused));
  CHECK(rooms.holds(snapshots_a, "room:1", at, text));
}

/// Promise 3. Reads go on while there is no space.
template <class Fixture>
void a_full_snapshot_store_refuses_until_there_is_space() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto first = rooms.put_new(snapshots_a, "room:1", "first");
  fixture.fill();
  const std::string text(100'000, 'm');
  CHECK(has_failed(rooms.put(snapshots_a, "room:1", first, text), write_outcome::full));
  CHECK(has_failed(rooms.put(snapshots_a, "room:2", sequence{}, text), write_outcome::full));
  CHECK(rooms.holds(snapshots_a, "room:1", first, "first"));
  CHECK(rooms.keys(snapshots_a) == key_list{"room:1"});
  fixture.make_space();
  const auto second = rooms.put(snapshots_a, "room:1", first, text);
  CHECK(rooms.holds(snapshots_a, "room:1", second.at, text));
}

/// Promise 2.
template <class Fixture>
void snapshots_outlive_the_store() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const auto first = rooms.put_new(snapshots_a, "room:1", "first");
  const auto second = rooms.put(snapshots_a, "room:1", first, "second").at;
  const auto other = rooms.put_new(snapshots_b, "room:1", "other");
  const auto last = rooms.put_new(snapshots_a, "room:2", "last");
  for (int times = 0; times < 2; ++times) {
    fixture.reopen();
    CHECK(rooms.holds(snapshots_a, "room:1", second, "second"));
    CHECK(rooms.holds(snapshots_b, "room:1", other, "other"));
    CHECK(rooms.get(snapshots_a, {}).up_to == last);
  }
  CHECK(rooms.put(snapshots_a, "room:1", second, "third").at > last);
}

/// Runs all contract tests; call it from one test case for each store.
template <class Fixture>
void run_snapshot_store_contract() {
  SECTION("a snapshot is replaced only if it is the expected one") {
    a_snapshot_is_replaced_only_if_it_is_the_expected_one<Fixture>();
  }
  SECTION("the sequences of all keys of all shards are from one order") {
    sequences_of_all_keys_are_from_one_order<Fixture>();
  }
  SECTION("of several puts behind one snapshot one is stored") {
    one_of_several_puts_is_stored<Fixture>();
  }
  SECTION("a snapshot is removed only if it is the expected one") {
    a_snapshot_is_removed_only_if_it_is_the_expected_one<Fixture>();
  }
  SECTION("a removed snapshot gives its sequence to no other") {
    a_removed_snapshot_gives_its_sequence_to_no_other<Fixture>();
  }
  SECTION("a snapshot may have the maximum size and no more") {
    a_snapshot_may_have_the_maximum_size<Fixture>();
  }
  SECTION("a full store refuses snapshots until there is space") {
    a_full_snapshot_store_refuses_until_there_is_space<Fixture>();
  }
  run_snapshot_store_reads<Fixture>();
  run_snapshot_store_parts<Fixture>();
  if constexpr (!requires { Fixture::runs_on_one_thread; }) {
    SECTION("concurrent puts replace each snapshot once") {
      concurrent_puts_replace_each_message_once<Fixture>();
    }
  }
  if constexpr (requires(Fixture fixture) { fixture.reopen(); }) {
    SECTION("snapshots outlive the store") { snapshots_outlive_the_store<Fixture>(); }
  }
}

}  // namespace roost::cluster::contract
