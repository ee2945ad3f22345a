// SPDX-License-Identifier: Apache-2.0
#include "actors/node/identity_guard.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace std::chrono_literals;
using actors::identity_guard;
using cluster::identity_finding;
using cluster::identity_state;

namespace {

/// A guard of a node whose connection is back, and its clock.
struct guard_fixture {
  guard_fixture() {
    guard.lost();
    guard.back(now);
  }
  /// Asks what is due, and answers so. True: the guard is sure again.
  bool ask(const identity_finding& finding) {
    const auto question = guard.next_question(now);
    REQUIRE(question);
    return guard.answered(*question, finding, now);
  }
  time_point now{1h};
  identity_guard guard{2s};
};

const identity_finding found_same{identity_state::same, {}};
const identity_finding found_missing{identity_state::missing, "its identity is missing"};
const identity_finding silence{identity_state::unknown, "no answer"};

}  // namespace

TEST_CASE("a node whose connection never broke is sure of its store and asks nothing") {
  identity_guard guard{2s};
  CHECK(guard.is_sure());
  guard.back(time_point{1h});
  CHECK_FALSE(guard.next_question(time_point{2h}));
}

TEST_CASE("a node is sure again when the store has the identity that it knows") {
  guard_fixture it;
  CHECK_FALSE(it.guard.is_sure());
  CHECK(it.ask(found_same));
  CHECK(it.guard.is_sure());
  CHECK(it.guard.why_to_end().empty());
  CHECK_FALSE(it.guard.next_question(it.now + 1h));
}

TEST_CASE("a node must end at once if the store has another identity") {
  guard_fixture it;
  CHECK_FALSE(it.ask({identity_state::changed, "another hash key"}));
  CHECK_FALSE(it.guard.is_sure());
  CHECK(it.guard.why_to_end() == "another hash key");
  CHECK_FALSE(it.guard.next_question(it.now + 1h));
}

TEST_CASE("an identity that is missing for a moment is asked for again") {
  guard_fixture it;
  CHECK_FALSE(it.ask(found_missing));
  CHECK_FALSE(it.guard.next_question(it.now + 240ms));
  it.now += 250ms;
  CHECK_FALSE(it.ask(silence));
  it.now += 250ms;
  CHECK(it.ask(found_same));
  CHECK(it.guard.why_to_end().empty());
}

TEST_CASE("a node must end if the identity stays missing, but not if the store is silent") {
  guard_fixture it;
  for (; it.now < time_point{1h} + 10s; it.now += 250ms) CHECK_FALSE(it.ask(silence));
  const auto begin = it.now;
  for (; it.now < begin + 2s; it.now += 250ms) {
    CHECK_FALSE(it.ask(found_missing));
    CHECK(it.guard.why_to_end().empty());
  }
  CHECK_FALSE(it.ask(found_missing));
  CHECK(it.guard.why_to_end() == "its identity is missing");
}

TEST_CASE("an answer from before another break does not count") {
  guard_fixture it;
  const auto question = it.guard.next_question(it.now);
  REQUIRE(question);
  it.guard.lost();
  CHECK_FALSE(it.guard.answered(*question, found_same, it.now));
  CHECK_FALSE(it.guard.is_sure());
  CHECK_FALSE(it.guard.next_question(it.now));
  it.guard.back(it.now);
  CHECK(it.ask(found_same));
}

TEST_CASE("each finding has a name of its own") {
  CHECK(actors::name_of(identity_state::same) == "same");
  CHECK(actors::name_of(identity_state::missing) == "missing");
  CHECK(actors::name_of(identity_state::changed) == "changed");
  CHECK(actors::name_of(identity_state::unknown) == "unknown");
}
