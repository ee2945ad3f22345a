// SPDX-License-Identifier: Apache-2.0
// The part of the snapshot store's contract tests that is about reads.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/cluster/log/snapshot_client.hpp"

namespace roost::cluster::contract {

/// Keys have every character of a safe token and of the barrier.
template <class Fixture>
void snapshots_are_read_unchanged() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const std::string every = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:=$";
  const std::string longest(2'000, '=');
  const std::string arbitrary("\0\xff\n'\"\0", 6);
  const auto first = rooms.put_new(snapshots_a, every, arbitrary);
  const auto second = rooms.put_new(snapshots_a, longest, "long key");
  std::string last_key = "a";
  for (const char each : every) {
    last_key = std::string("room:") + each;
    rooms.put_new(snapshots_a, last_key, last_key);
  }
  CHECK(rooms.holds(snapshots_a, every, first, arbitrary));
  CHECK(rooms.holds(snapshots_a, longest, second, "long key"));
  for (const char each : every) {
    const auto key = std::string("room:") + each;
    const auto page = rooms.get(snapshots_a, {key});
    REQUIRE(page.messages.size() == 1);
    CHECK(page.messages[0].data.view() == key);
  }
  CHECK(rooms.keys(snapshots_a).size() == every.size() + 2);
}

template <class Fixture>
void a_get_returns_the_keys_that_are_stored() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  CHECK(rooms.get(snapshots_a, {"room:1"}).messages.empty());
  CHECK(rooms.get(snapshots_a, {"room:1"}).up_to == sequence{});
  const auto one = rooms.put_new(snapshots_a, "room:1", "one");
  const auto two = rooms.put_new(snapshots_a, "room:2", "two");
  rooms.put_new(snapshots_b, "room:3", "three");
  const auto page = rooms.get(snapshots_a, {"room:2", "room:3", "room:", "room:1"});
  REQUIRE(page.messages.size() == 2);
  CHECK(page.messages[0].key == "room:2");
  CHECK(page.messages[0].at == two);
  CHECK(page.messages[0].data.view() == "two");
  CHECK(page.messages[1].key == "room:1");
  CHECK(page.messages[1].at == one);
  CHECK(rooms.get(snapshots_a, {}).messages.empty());
}

/// A writer changes first one key, then the other; a read that lasts longer than a moment would see
/// the second one ahead.
template <class Fixture>
void several_keys_are_read_at_one_moment() {
  Fixture fixture;
  std::atomic<bool> is_done{false};
  std::thread writer([&] {
    sequence first;
    sequence second;
    const auto put = [&](const char* key, sequence& expected, int number) {
      awaited<write_result> answer;
      fixture.store().put(snapshots_a, key, expected, slice_of(std::to_string(number)),
                          answer.callback());
      expected = answer.get().at;
    };
    for (int number = 1; number <= 300; ++number) {
      put("first", first, number);
      put("second", second, number);
    }
    is_done = true;
  });
  unsigned failures = 0;
  while (!is_done) {
    awaited<result<snapshot_page>> answer;
    fixture.store().get(snapshots_a, {"second", "first"}, answer.callback());
    const auto page = *answer.get();
    if (page.messages.size() < 2) continue;
    const auto second = std::stoi(std::string(page.messages[0].data.view()));
    const auto first = std::stoi(std::string(page.messages[1].data.view()));
    if (first != second && first != second + 1) ++failures;
    if (page.up_to != std::max(page.messages[0].at, page.messages[1].at)) ++failures;
  }
  writer.join();
  CHECK(failures == 0);
}

template <class Fixture>
void a_list_pages_through_the_keys_in_order() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const key_list expected{"$", "a", "a-", "a:", "a=20", "aa", "b"};
  sequence last;
  for (const auto* key : {"b", "$", "aa", "a", "a=20", "a:", "a-"}) {
    last = rooms.put_new(snapshots_a, key, std::string("state of ") + key);
  }
  last = rooms.put_new(snapshots_b, "aaa", "other shard");
  for (std::size_t max = 1; max <= 9; ++max) {
    key_list got;
    for (bool is_end = false; !is_end;) {
      const auto page = rooms.list(snapshots_a, got.empty() ? "" : got.back(), max);
      CHECK(page.messages.size() <= max);
      CHECK(page.up_to == last);
      REQUIRE((page.is_end || !page.messages.empty()));
      for (const auto& each : page.messages) got.push_back(each.key);
      CHECK(page.is_end == (got.size() == expected.size()));
      is_end = page.is_end;
    }
    CHECK(got == expected);
  }
  CHECK(rooms.list(snapshots_a, "aab", 9).messages.at(0).key == "b");
  CHECK(rooms.list(snapshots_a, "b", 9).messages.empty());
  CHECK(rooms.list(snapshots_a, "b", 9).is_end);
  CHECK(rooms.keys(snapshots_b) == key_list{"aaa"});
}

template <class Fixture>
void a_list_cuts_messages_to_their_first_bytes() {
  Fixture fixture;
  snapshot_client<Fixture> rooms{fixture};
  const std::string text("\0head", 5);
  const auto at = rooms.put_new(snapshots_a, "room", text + std::string(100'000, 'x'));
  const auto small = rooms.put_new(snapshots_a, "small", "s");
  for (const std::size_t headers_max : {0, 1, 5}) {
    const auto page = rooms.list(snapshots_a, "", 9, headers_max);
    REQUIRE(page.messages.size() == 2);
    CHECK(page.messages[0].at == at);
    CHECK(page.messages[0].data.view() == text.substr(0, headers_max));
    CHECK(page.messages[1].at == small);
    CHECK(page.messages[1].data.view() == std::string("s").substr(0, headers_max));
  }
}

template <class Fixture>
void run_snapshot_store_reads() {
  SECTION("snapshots are read unchanged, with any key") { snapshots_are_read_unchanged<Fixture>(); }
  SECTION("a get returns those of its keys that are stored, in the order asked for") {
    a_get_returns_the_keys_that_are_stored<Fixture>();
  }
  SECTION("a list pages through the keys in order") {
    a_list_pages_through_the_keys_in_order<Fixture>();
  }
  SECTION("a list cuts messages to their first bytes") {
    a_list_cuts_messages_to_their_first_bytes<Fixture>();
  }
  if constexpr (!requires { Fixture::runs_on_one_thread; }) {
    SECTION("several keys are read at one moment") {
      several_keys_are_read_at_one_moment<Fixture>();
    }
  }
}

}  // namespace roost::cluster::contract
