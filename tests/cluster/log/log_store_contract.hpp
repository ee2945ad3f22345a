// SPDX-License-Identifier: Apache-2.0
// Contract tests for cluster/log/log_store.hpp that every log store must pass.
//
// A fixture is default-constructible, with an empty store, and offers
//   cluster::log_store& store()
//   void settle()       lets the requests proceed; does nothing if the store has threads for that
//   void fill()         takes the store's space away, until
//   void make_space()   gives it back
// and, only where it applies,
//   void reopen()       ends the store and opens it again
//   static constexpr bool runs_on_one_thread = true   the store is not thread-safe
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/cluster/log/log_client.hpp"
#include "tests/cluster/log/log_store_purges.hpp"

namespace roost::cluster::contract {

/// Promise 1.
template <class Fixture>
void appends_get_the_next_sequence() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  const std::string arbitrary("\0\xff\n'\"\0", 6);
  CHECK(is_stored(log.append(log_a, 0, arbitrary), sequence{1}));
  CHECK(is_stored(log.append(log_a, 1, "second"), sequence{2}));
  CHECK(is_stored(log.append(log_b, 0, "other log"), sequence{1}));
  const auto page = log.read(log_a, 1);
  REQUIRE(page.messages.size() == 2);
  CHECK(page.is_end);
  CHECK(page.messages[0].at == sequence{1});
  CHECK(page.messages[0].data.view() == arbitrary);
  CHECK(page.messages[1].at == sequence{2});
  CHECK(page.messages[1].data.view() == "second");
  REQUIRE(log.read(log_b, 1).messages.size() == 1);
  CHECK(log.read(log_b, 1).messages[0].data.view() == "other log");
}

/// Promises 1 and 3.
template <class Fixture>
void an_append_behind_another_message_conflicts() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  CHECK(has_failed(log.append(log_a, 1, "no log"), write_outcome::conflict));
  log.append_all(log_a, 1, 3);
  for (const std::uint64_t expected : {0, 1, 2, 4, 5}) {
    CHECK(has_failed(log.append(log_a, expected, "misplaced"), write_outcome::conflict));
  }
  CHECK(log.sequences(log_a) == sequence_list{1, 2, 3});
  CHECK(log.state(log_a).last == sequence{3});
  CHECK(log.state(log_b).last == sequence{});
}

/// Promise 1, with requests that wait together.
template <class Fixture>
void one_of_several_appends_behind_a_message_is_stored() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  for (std::uint64_t last = 0; last < 20; ++last) {
    std::vector<awaited<write_result>> answers(5);
    for (auto& each : answers) {
      const auto text = "message " + std::to_string(last + 1);
      fixture.store().append(log_a, sequence{last}, slice_of(text), each.callback());
    }
    fixture.settle();
    const auto count = [&](auto is) {
      return std::ranges::count_if(answers, [&](const auto& each) { return is(each.get()); });
    };
    CHECK(count([&](const auto& each) { return is_stored(each, sequence{last + 1}); }) == 1);
    CHECK(count([](const auto& each) { return has_failed(each, write_outcome::conflict); }) == 4);
  }
  CHECK(log.sequences(log_a).size() == 20);
}

/// Promise 1, with writers on several threads that each append behind what they see.
template <class Fixture>
void concurrent_writers_leave_no_gap() {
  Fixture fixture;
  constexpr std::uint64_t each = 50;
  std::vector<std::thread> writers;
  for (int n = 0; n < 4; ++n) {
    writers.emplace_back([&fixture, n] {
      std::uint64_t expected = 0;
      for (std::uint64_t stored = 0; stored < each;) {
        awaited<write_result> answer;
        const auto text = std::to_string(n) + ":" + std::to_string(stored);
        fixture.store().append(log_a, sequence{expected}, slice_of(text), answer.callback());
        const auto got = answer.get();
        if (got.outcome == write_outcome::stored) ++stored;
        expected = got.outcome == write_outcome::stored ? got.at.value : expected + 1;
        if (got.outcome != write_outcome::conflict) continue;
        awaited<result<log_state>> state;
        fixture.store().read_state(log_a, state.callback());
        expected = state.get()->last.value;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  log_client<Fixture> log{fixture};
  const auto page = log.read(log_a, 1);
  REQUIRE(page.messages.size() == 4 * each);
  std::map<std::string, std::uint64_t> next;
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    CHECK(page.messages[i].at == sequence{i + 1});
    const std::string text(page.messages[i].data.view());
    CHECK(text.substr(2) == std::to_string(next[text.substr(0, 1)]++));
  }
}

template <class Fixture>
void reads_stay_within_their_bytes() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  const std::string text(1000, 'm');
  for (std::uint64_t at = 0; at < 10; ++at) REQUIRE(log.append(log_a, at, text).at.value == at + 1);
  for (const std::size_t bytes_max : {0, 1, 1000, 2500, 4000, 9999, 10'000, 100'000}) {
    std::uint64_t next = 1;
    for (bool is_end = false; !is_end;) {
      const auto page = log.read(log_a, next, bytes_max);
      REQUIRE(!page.messages.empty());
      CHECK((page.messages.size() - 1) * 1000 <= std::max<std::size_t>(bytes_max, 1));
      for (const auto& each : page.messages) REQUIRE(each.at.value == next++);
      CHECK(page.is_end == (next == 11));
      is_end = page.is_end;
    }
    CHECK(next == 11);
  }
  CHECK(log.read(log_a, 11).messages.empty());
  CHECK(log.read(log_a, 11).is_end);
  CHECK(log.read(log_a, 1'000).is_end);
  CHECK(log.read(log_b, 0).is_end);
}

template <class Fixture>
void a_message_may_have_the_maximum_size() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  const auto max = fixture.store().message_bytes_max();
  const std::string text(max, '\x80');
  CHECK(is_stored(log.append(log_a, 0, text), sequence{1}));
  CHECK(has_failed(log.append(log_a, 1, text + "x"), write_outcome::refused));
  const auto page = log.read(log_a, 1);
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages[0].data.view() == text);
  CHECK(log.state(log_a).message.view() == text);
  CHECK(is_stored(log.append(log_a, 1, "small"), sequence{2}));
}

/// Promise 3. Reads go on while there is no space.
template <class Fixture>
void a_full_log_refuses_until_there_is_space() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  log.append_all(log_a, 1, 3);
  fixture.fill();
  const std::string text(100'000, 'm');
  CHECK(has_failed(log.append(log_a, 3, text), write_outcome::full));
  CHECK(has_failed(log.append(log_a, 3, text), write_outcome::full));
  CHECK(log.sequences(log_a) == sequence_list{1, 2, 3});
  CHECK(log.state(log_a).last == sequence{3});
  fixture.make_space();
  CHECK(is_stored(log.append(log_a, 3, text), sequence{4}));
  CHECK(log.read(log_a, 4).messages.at(0).data.view() == text);
}

/// A callback holds no lock of the store.
template <class Fixture>
void a_callback_may_send_the_next_request() {
  Fixture fixture;
  awaited<write_result> end;
  std::function<void(std::uint64_t)> append = [&](std::uint64_t last) {
    fixture.store().append(log_a, sequence{last}, slice_of("message " + std::to_string(last + 1)),
                           [&](write_result got) {
                             if (got.at.value == 0 || got.at.value == 30) {
                               end.callback()(got);
                             } else {
                               append(got.at.value);
                             }
                           });
  };
  append(0);
  fixture.settle();
  CHECK(is_stored(end.get(), sequence{30}));
  CHECK(log_client<Fixture>{fixture}.sequences(log_a).size() == 30);
}

/// Promise 2.
template <class Fixture>
void what_was_stored_outlives_the_store() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  log.append_all(log_a, 1, 5);
  log.append_all(log_b, 1, 2);
  REQUIRE(log.purge(log_a, 3).outcome == write_outcome::stored);
  REQUIRE(log.purge(log_b, 3).outcome == write_outcome::stored);
  const auto bytes = log.state(log_a).bytes;
  for (int times = 0; times < 2; ++times) {
    fixture.reopen();
    CHECK(log.sequences(log_a) == sequence_list{3, 4, 5});
    CHECK(log.state(log_a).first == sequence{3});
    CHECK(log.state(log_a).bytes == bytes);
    CHECK(log.state(log_b).first == sequence{3});
    CHECK(log.state(log_b).last == sequence{2});
  }
  log.append_all(log_a, 6, 6);
  log.append_all(log_b, 3, 3);
}

/// Runs all contract tests; call it from one test case for each store.
template <class Fixture>
void run_log_store_contract() {
  SECTION("appends get the next sequence of their log") {
    appends_get_the_next_sequence<Fixture>();
  }
  SECTION("an append behind another message than the last one conflicts") {
    an_append_behind_another_message_conflicts<Fixture>();
  }
  SECTION("of several appends behind one message one is stored") {
    one_of_several_appends_behind_a_message_is_stored<Fixture>();
  }
  if constexpr (!requires { Fixture::runs_on_one_thread; }) {
    SECTION("concurrent writers leave no gap") { concurrent_writers_leave_no_gap<Fixture>(); }
  }
  run_log_store_purges<Fixture>();
  SECTION("reads return at least one message and stay within their bytes") {
    reads_stay_within_their_bytes<Fixture>();
  }
  SECTION("a message may have the maximum size and no more") {
    a_message_may_have_the_maximum_size<Fixture>();
  }
  SECTION("a full log refuses appends until there is space") {
    a_full_log_refuses_until_there_is_space<Fixture>();
  }
  SECTION("a callback may send the next request") {
    a_callback_may_send_the_next_request<Fixture>();
  }
  if constexpr (requires(Fixture fixture) { fixture.reopen(); }) {
    SECTION("what was stored outlives the store") { what_was_stored_outlives_the_store<Fixture>(); }
  }
}

}  // namespace roost::cluster::contract
