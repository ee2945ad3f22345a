// SPDX-License-Identifier: Apache-2.0
// The contract tests of a bus between several nodes (fixture: bus_contract.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/bus_contract.hpp"

namespace roost::cluster::contract {

/// Promise 2: after a change of owners only the new one gets commands, and only those that name it.
template <class Fixture>
void commands_follow_the_owner() {
  Fixture fixture;
  const auto shard = fixture.bus(0).shard_of(topic{"room:a"});
  const auto before = fixture.bus(0).owner_of(shard).ownership;
  fixture.own(1, shard, before + 5);
  fixture.settle();
  for (std::size_t n = 0; n < fixture.nodes(); ++n) {
    CHECK(fixture.bus(n).owner_of(shard) == announced_owner{fixture.id(1), before + 5});
    REQUIRE(fixture.bus(n).publish(push_to("room:a", {fixture.id(n), 1}, 1, before + 5)));
    for (const auto other : {before, before + 6}) {
      const auto sent = fixture.bus(n).publish(push_to("room:a", {fixture.id(n), 1}, 2, other));
      REQUIRE_FALSE(sent);
      CHECK(sent.failure().code == errc::unavailable);
    }
  }
  fixture.settle();
  CHECK(fixture.arrived(0).commands().empty());
  CHECK(fixture.arrived(1).commands().size() == fixture.nodes());
}

/// Promise 2: a command that is under way while the owner changes does not reach the new one.
template <class Fixture>
void a_command_never_reaches_an_owner_that_it_does_not_name() {
  Fixture fixture;
  const auto shard = fixture.bus(0).shard_of(topic{"room:a"});
  auto ownership = fixture.bus(0).owner_of(shard).ownership;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    for (std::size_t n = 0; n < fixture.nodes(); ++n) {
      const auto known = fixture.bus(n).owner_of(shard).ownership;
      (void)fixture.bus(n).publish(push_to("room:a", {fixture.id(n), 1}, known, known));
    }
    fixture.own(i % fixture.nodes(), shard, ++ownership);
  }
  fixture.settle();
  const auto first = ownership - 20;
  for (std::size_t n = 0; n < fixture.nodes(); ++n) {
    for (const auto& got : fixture.arrived(n).commands()) {
      const auto owner = got.ownership == first ? 0 : (got.ownership - first) % fixture.nodes();
      CHECK(owner == n);
    }
  }
}

/// Promise 5.
template <class Fixture>
void every_node_hears_of_a_new_owner_before_its_events() {
  Fixture fixture;
  const auto shard = fixture.bus(0).shard_of(topic{"room:a"});
  const auto next = fixture.bus(0).owner_of(shard).ownership + 1;
  fixture.own(1, shard, next);
  auto event = *ordered_in("room:a", 1);
  event.epoch_number = {next};
  REQUIRE(fixture.bus(1).publish(share(std::move(event)), all_nodes(fixture)));
  fixture.settle();
  for (std::size_t n = 0; n < fixture.nodes(); ++n) {
    const auto heard = fixture.arrived(n).reports();
    const auto owner = std::ranges::find(heard, recorder::owner(shard, {fixture.id(1), next}));
    const auto got = std::ranges::find(heard, recorder::event_of(next));
    REQUIRE(owner != heard.end());
    REQUIRE(got != heard.end());
    CHECK(owner < got);
  }
}

/// Promise 6.
template <class Fixture>
void attaching_finishes_with_the_last_node() {
  Fixture fixture;
  const auto shard = fixture.bus(0).shard_of(topic{"room:a"});
  const auto next = fixture.bus(0).owner_of(shard).ownership + 1;
  fixture.own(0, shard, next);
  fixture.settle();
  const auto finished = recorder::finished(shard, next);
  CHECK(fixture.bus(0).is_attaching(shard));
  CHECK_FALSE(fixture.bus(1).is_attaching(shard));
  for (std::size_t n = 0; n < fixture.nodes(); ++n) {
    CHECK(fixture.bus(0).is_attaching(shard));
    CHECK(fixture.arrived(0).count(finished) == 0);
    fixture.bus(n).finish_attaching(shard, next - 1);  // of an earlier owner: no effect
    const auto edge = edge_id{fixture.id(n), 1};
    REQUIRE(fixture.bus(n).publish({topic{"room:a"}, next, {edge, 0, {}}, 0, commands::attach{}}));
    fixture.bus(n).finish_attaching(shard, next);
    fixture.settle();
  }
  CHECK_FALSE(fixture.bus(0).is_attaching(shard));
  CHECK(fixture.arrived(0).count(finished) == 1);
  const auto heard = fixture.arrived(0).reports();
  const auto end = std::ranges::find(heard, finished);
  CHECK(std::count(heard.begin(), end, recorder::command_of(next)) ==
        static_cast<std::ptrdiff_t>(fixture.nodes()));
}

/// Promise 6: a node that leaves the view is not waited for.
template <class Fixture>
void attaching_does_not_wait_for_a_node_that_left() {
  Fixture fixture;
  const auto shard = fixture.bus(0).shard_of(topic{"room:a"});
  const auto next = fixture.bus(0).owner_of(shard).ownership + 1;
  const auto last = fixture.nodes() - 1;
  fixture.own(0, shard, next);
  fixture.settle();
  for (std::size_t n = 0; n < last; ++n) fixture.bus(n).finish_attaching(shard, next);
  fixture.settle();
  CHECK(fixture.bus(0).is_attaching(shard));
  fixture.leave(last);
  fixture.settle();
  CHECK_FALSE(fixture.bus(0).is_attaching(shard));
  CHECK(fixture.arrived(0).count(recorder::finished(shard, next)) == 1);
  CHECK(fixture.arrived(0).count(recorder::broken(fixture.id(last), true)) == 1);
}

/// Promise 4: both nodes hear of the break, and envelopes published after the reports arrive.
template <class Fixture>
void a_broken_link_is_reported_at_both_ends() {
  Fixture fixture;
  const auto known = ownership_of(fixture.bus(1), "room:a");
  const std::array to{fixture.id(1)};
  for (std::uint64_t i = 1; i <= 50; ++i) {
    (void)fixture.bus(1).publish(push_to("room:a", {fixture.id(1), 1}, i, known));
    (void)fixture.bus(0).publish(ordered_in("room:a", i), to);
  }
  fixture.break_link(0, 1);
  fixture.settle();
  CHECK(fixture.arrived(0).count(recorder::broken(fixture.id(1), false)) >= 1);
  CHECK(fixture.arrived(1).count(recorder::broken(fixture.id(0), false)) >= 1);
  fixture.arrived(0).clear();
  fixture.arrived(1).clear();
  for (std::uint64_t i = 51; i <= 60; ++i) {
    REQUIRE(fixture.bus(1).publish(push_to("room:a", {fixture.id(1), 1}, i, known)));
    REQUIRE(fixture.bus(0).publish(ordered_in("room:a", i), to));
  }
  fixture.settle();
  CHECK(fixture.arrived(0).commands().size() == 10);
  const std::vector<std::uint64_t> all{51, 52, 53, 54, 55, 56, 57, 58, 59, 60};
  CHECK(fixture.arrived(1).offsets() == all);
}

/// Promise 4: an envelope that is lost without a break would never be sent again.
template <class Fixture>
void nothing_is_lost_without_a_report() {
  Fixture fixture;
  const auto known = ownership_of(fixture.bus(1), "room:a");
  const std::array to{fixture.id(1)};
  std::uint64_t at = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 20; ++i) {
      (void)fixture.bus(1).publish(push_to("room:a", {fixture.id(1), 1}, ++at, known));
      (void)fixture.bus(0).publish(ordered_in("room:a", at), to);
    }
    if (round % 3 == 1) fixture.break_link(0, 1);
    if (round % 2 == 1) fixture.settle();
  }
  fixture.settle();
  const auto broken = recorder::broken(fixture.id(0), false);
  std::uint64_t expected = 1;
  bool may_skip = false;
  for (const auto& heard : fixture.arrived(1).reports()) {
    if (heard == broken) may_skip = true;
    if (heard.kind != recorder::report::kind_of::event) continue;
    CHECK((heard.number == expected || (may_skip && heard.number > expected)));
    expected = heard.number + 1;
    may_skip = false;
  }
  CHECK((expected == at + 1 || may_skip));
}

/// Runs the contract tests for several nodes; call it besides run_bus_contract().
template <class Fixture>
void run_bus_contract_of_nodes() {
  SECTION("commands follow the owner") { commands_follow_the_owner<Fixture>(); }
  SECTION("a command never reaches an owner that it does not name") {
    a_command_never_reaches_an_owner_that_it_does_not_name<Fixture>();
  }
  SECTION("every node hears of a new owner before it gets its events") {
    every_node_hears_of_a_new_owner_before_its_events<Fixture>();
  }
  SECTION("attaching finishes with the last node") {
    attaching_finishes_with_the_last_node<Fixture>();
  }
  SECTION("attaching does not wait for a node that left") {
    attaching_does_not_wait_for_a_node_that_left<Fixture>();
  }
  SECTION("a broken link is reported at both ends") {
    a_broken_link_is_reported_at_both_ends<Fixture>();
  }
  SECTION("nothing is lost without a report") { nothing_is_lost_without_a_report<Fixture>(); }
}

}  // namespace roost::cluster::contract
