// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulation.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/sim/transcript.hpp"

using namespace roost;

TEST_CASE("a seed replays exactly and another seed gives another trace") {
  sim::be_quiet();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto one = sim::simulate(seed);
    const auto two = sim::simulate(seed);
    CHECK(one.trace == two.trace);
    CHECK(one.moves == two.moves);
    CHECK(one.frames == two.frames);
    CHECK(one.lasted == two.lasted);
    CHECK(sim::simulate(seed + 100).trace != one.trace);
  }
}

TEST_CASE("the seeds exercise resumes and duplicates and slow consumers") {
  sim::be_quiet();
  sim::simulation_result all;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto one = sim::simulate(seed);
    all.events += one.events;
    all.recovered += one.recovered;
    all.overflows += one.overflows;
    all.duplicated += one.duplicated;
  }
  CHECK(all.events > 1'000);
  CHECK(all.recovered > 100);
  CHECK(all.overflows > 0);
  CHECK(all.duplicated > 100);
}

TEST_CASE("ephemeral events keep their order if the first one waits for its join") {
  sim::be_quiet();
  for (const std::uint64_t seed : {377U, 543U, 687U}) CHECK_FALSE(sim::simulate(seed).broken);
}

TEST_CASE("a member that waits for its first page does not miss an event") {
  sim::be_quiet();
  CHECK_FALSE(sim::simulate(463).broken);
}

TEST_CASE("an edge takes notifications of a room that was evicted and loaded again") {
  sim::be_quiet();
  CHECK_FALSE(sim::simulate_durable(360).broken);
}

TEST_CASE("a room that was recreated for one edge also answers a second edge") {
  sim::be_quiet();
  CHECK_FALSE(sim::simulate(1'013).broken);
}

TEST_CASE("a room that was started for a command which it only passes on ends") {
  sim::be_quiet();
  CHECK_FALSE(sim::simulate(287, {}, true).broken);
}

TEST_CASE("presence is right after a room was loaded behind the attaches of all its edges") {
  sim::be_quiet();
  CHECK_FALSE(sim::simulate_cluster(2).broken);
}

TEST_CASE("presence lacks the members of a node that died while a room was loaded") {
  sim::be_quiet();
  for (const std::uint64_t seed : {24U, 30U}) CHECK_FALSE(sim::simulate_cluster(seed).broken);
}

TEST_CASE("an edge that attaches to a room with members fetches presence") {
  sim::be_quiet();
  for (const std::uint64_t seed : {15U, 46U}) CHECK_FALSE(sim::simulate_cluster(seed).broken);
}

TEST_CASE("a push behind a join that had no answer in time is not acknowledged") {
  sim::be_quiet();
  for (const std::uint64_t seed : {27U, 88U, 162U}) CHECK_FALSE(sim::simulate_cluster(seed).broken);
}

TEST_CASE("a seed of a cluster replays exactly") {
  sim::be_quiet();
  for (const std::uint64_t seed : {3U, 1'142U}) {
    const auto one = sim::simulate_cluster(seed);
    const auto two = sim::simulate_cluster(seed);
    CHECK(one.trace == two.trace);
    CHECK(one.moves == two.moves);
    CHECK(one.owner_changes > 1);
  }
}
