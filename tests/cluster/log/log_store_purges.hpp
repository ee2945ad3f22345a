// SPDX-License-Identifier: Apache-2.0
// The part of the log store's contract tests that is about its promise 4, purges.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/cluster/log/log_client.hpp"

namespace roost::cluster::contract {

template <class Fixture>
void the_state_names_first_last_and_newest_message() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  const auto empty = log.state(log_a);
  CHECK(empty.first == sequence{1});
  CHECK(empty.last == sequence{});
  CHECK(empty.message.view().empty());
  CHECK(empty.bytes == 0);
  log.append_all(log_a, 1, 3);
  const auto state = log.state(log_a);
  CHECK(state.first == sequence{1});
  CHECK(state.last == sequence{3});
  CHECK(state.message.view() == "message 3");
  CHECK(state.bytes >= 3 * std::string_view("message 1").size());
  REQUIRE(log.purge(log_a, 3).outcome == write_outcome::stored);
  CHECK(log.state(log_a).first == sequence{3});
  CHECK(log.state(log_a).bytes < state.bytes);
  CHECK(log.state(log_a).message.view() == "message 3");
}

template <class Fixture>
void a_purge_removes_the_messages_below() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  log.append_all(log_a, 1, 6);
  log.append_all(log_b, 1, 2);
  for (const std::uint64_t first_kept : {0, 1}) {
    CHECK(is_stored(log.purge(log_a, first_kept), sequence{}));
    CHECK(log.sequences(log_a).size() == 6);
  }
  CHECK(is_stored(log.purge(log_a, 3), sequence{}));
  CHECK(log.sequences(log_a) == sequence_list{3, 4, 5, 6});
  CHECK(is_stored(log.purge(log_a, 2), sequence{}));  // late: everything below is gone
  CHECK(log.sequences(log_a) == sequence_list{3, 4, 5, 6});
  CHECK(log.read(log_a, 1).messages.front().at == sequence{3});
  CHECK(is_stored(log.purge(log_a, 6), sequence{}));
  CHECK(log.sequences(log_a) == sequence_list{6});
  log.append_all(log_a, 7, 7);
  CHECK(log.sequences(log_a) == sequence_list{6, 7});
  CHECK(log.sequences(log_b) == sequence_list{1, 2});
}

template <class Fixture>
void an_empty_log_keeps_its_last_sequence() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  log.append_all(log_a, 1, 4);
  CHECK(is_stored(log.purge(log_a, 5), sequence{}));
  const auto state = log.state(log_a);
  CHECK(state.first == sequence{5});
  CHECK(state.last == sequence{4});
  CHECK(state.message.view().empty());
  CHECK(state.bytes == 0);
  CHECK(log.read(log_a, 1).messages.empty());
  CHECK(log.read(log_a, 1).is_end);
  CHECK(has_failed(log.append(log_a, 0, "forgets"), write_outcome::conflict));
  CHECK(is_stored(log.purge(log_a, 5), sequence{}));
  log.append_all(log_a, 5, 6);
  CHECK(log.sequences(log_a) == sequence_list{5, 6});
}

template <class Fixture>
void a_purge_above_the_last_sequence_does_nothing() {
  Fixture fixture;
  log_client<Fixture> log{fixture};
  CHECK(has_failed(log.purge(log_a, 2), write_outcome::refused));
  log.append_all(log_a, 1, 3);
  for (const std::uint64_t first_kept : {5, 100}) {
    CHECK(has_failed(log.purge(log_a, first_kept), write_outcome::refused));
  }
  CHECK(log.sequences(log_a) == sequence_list{1, 2, 3});
  CHECK(log.state(log_a).last == sequence{3});
}

template <class Fixture>
void run_log_store_purges() {
  SECTION("the state names the first and last sequence and the newest message") {
    the_state_names_first_last_and_newest_message<Fixture>();
  }
  SECTION("a purge removes the messages below") { a_purge_removes_the_messages_below<Fixture>(); }
  SECTION("an empty log keeps its last sequence") {
    an_empty_log_keeps_its_last_sequence<Fixture>();
  }
  SECTION("a purge above the last sequence does nothing") {
    a_purge_above_the_last_sequence_does_nothing<Fixture>();
  }
}

}  // namespace roost::cluster::contract
