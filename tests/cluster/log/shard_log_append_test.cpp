// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

namespace sends = log_requests;

struct append_fixture : shard_log_fixture {
  append_fixture() {
    serve();
    load("a");
  }
  std::size_t records_in_last() const {
    return std::get<log_entries::batch>(store->log().rbegin()->second->body).records.size();
  }
};

}  // namespace

TEST_CASE("records that arrive while an append is under way join the next one") {
  append_fixture owner;
  owner.push("a", 1);
  owner.poll();
  owner.push("a", 2);
  owner.push("a", 3);
  owner.poll();
  REQUIRE(owner.requests.size() == 1);  // one append at a time
  CHECK(owner.take_stored() == 0);      // nothing leaves before it is stored
  CHECK(owner.answer_last<sends::append>().expected_last == sequence{1});
  CHECK(owner.take_stored() == 1);
  CHECK(owner.answer_last<sends::append>().expected_last == sequence{2});
  CHECK(owner.take_stored() == 3);
  CHECK(owner.records_in_last() == 2);
  CHECK(owner.log.counters().records == 3);
}

TEST_CASE("an append without a clear outcome is settled by what the log holds") {
  const bool is_executed = GENERATE(false, true);
  const auto outcome = GENERATE(write_outcome::unknown, write_outcome::conflict);
  append_fixture owner;
  owner.push("a", 1);
  owner.poll();
  owner.answer_last<sends::append>(write_result{outcome, {}, {}}, is_executed);
  owner.run();
  CHECK(owner.take_stored() == (is_executed ? 1 : 0));
  owner.advance(100);
  owner.run();
  CHECK(owner.take_stored() == (is_executed ? 0 : 1));
  CHECK(owner.messages() == 2);
}

TEST_CASE("after any other refusal the same append is repeated") {
  append_fixture owner;
  owner.push("a", 1);
  owner.poll();
  const auto first =
      owner.answer_last<sends::append>(write_result{write_outcome::refused, {}, "no"}, false);
  owner.push("a", 2);
  owner.advance(100);
  owner.poll();
  CHECK(owner.answer_last<sends::append>().entry == first.entry);
  CHECK(owner.take_stored() == 1);
}

TEST_CASE("while the store is full new pushes are refused") {
  append_fixture owner;
  owner.push("a", 1);
  owner.poll();
  owner.answer_last<sends::append>(write_result{write_outcome::full, {}, "full"}, false);
  CHECK_FALSE(owner.take<shard_effects::accepting>()->is_accepting);
  owner.advance(100);
  owner.run();
  CHECK(owner.take<shard_effects::accepting>()->is_accepting);
  CHECK(owner.take_stored() == 1);
}

TEST_CASE("above 90 % of the log's bytes new pushes are refused") {
  shard_log_fixture owner;
  owner.take_over();
  owner.poll();
  owner.answer_last<sends::get>();
  owner.answer_last<sends::read_state>(
      log_answers::state{sequence{1}, sequence{0}, {}, 91'000, 100'000});
  owner.run();
  CHECK_FALSE(owner.take<shard_effects::accepting>()->is_accepting);
}

TEST_CASE("records that wait or are under way count as bytes of the log") {
  shard_log_fixture owner;
  owner.take_over();
  owner.poll();
  owner.answer_last<sends::get>();
  owner.answer_last<sends::read_state>(
      log_answers::state{sequence{1}, sequence{0}, {}, 89'900, 100'000});
  owner.run();
  owner.load("a");
  CHECK_FALSE(owner.take<shard_effects::accepting>());
  owner.push("a", 1);
  owner.poll();
  REQUIRE(owner.requests.size() == 1);  // the append is under way
  CHECK_FALSE(owner.take<shard_effects::accepting>()->is_accepting);
}

TEST_CASE("an owner whose append meets another owner's message is fenced") {
  const bool is_truncated = GENERATE(false, true);
  append_fixture old;
  shard_log_fixture newer(old.store, 2);
  newer.serve(2'000'000);
  newer.load("a");
  for (std::uint64_t i = 1; i <= 3; ++i) newer.push("a", i);
  newer.run();
  if (is_truncated) newer.store->execute({0, sends::purge{sequence{3}}}, 0);
  old.push("a", 1);
  old.run();
  CHECK(old.take<shard_effects::stopped>()->why == stop_reason::fenced);
  CHECK(old.take_stored() == 0);
  CHECK(old.log.counters().fenced == 1);
}

TEST_CASE("a purge follows an append that names the ownerships and keeps the last message") {
  append_fixture owner;
  owner.push("a", 1);
  owner.run();
  CHECK(owner.messages() == 2);  // the record is in no snapshot
  owner.log.store_soon(topic{"a"});
  owner.poll();
  REQUIRE(owner.take<shard_effects::capture>());
  owner.capture("a");
  owner.run();
  CHECK(owner.take<shard_effects::stored_snapshot>()->ticket.number == 1);
  owner.advance(10'000);
  owner.run();
  REQUIRE(owner.messages() == 1);
  const auto& left = *owner.store->log().begin()->second;
  const auto* epochs = std::get_if<log_entries::epochs>(&left.body);
  REQUIRE(epochs);
  CHECK(epochs->all.size() == 1);
  CHECK(owner.log.counters().purges >= 1);
  CHECK(owner.log.counters().losses == 0);
}

TEST_CASE("messages that somebody else has removed are a loss, unless a snapshot covers them") {
  const bool is_covered = GENERATE(false, true);
  const bool looks = GENERATE(false, true);
  append_fixture owner;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    owner.push("a", i);
    owner.run();
  }
  if (is_covered) {
    owner.log.store_soon(topic{"a"});
    owner.poll();
    owner.capture("a");
    owner.run();
  }
  owner.store->execute({0, sends::purge{sequence{4}}}, 0);
  if (looks) owner.log.look(owner.now);
  owner.advance(10'000);  // its own purge is due, too
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK(owner.log.counters().losses == (is_covered ? 0 : 1));
  const auto stopped = owner.take<shard_effects::stopped>();
  CHECK(stopped.has_value() != is_covered);
  if (stopped) CHECK(stopped->why == stop_reason::lost);
}

TEST_CASE("the log is not truncated above a record that no snapshot covers") {
  append_fixture owner;
  owner.push("a", 1);
  owner.run();
  owner.push("a", 2);
  owner.advance(10'000);
  owner.run();
  const auto& log = owner.store->log();
  CHECK(log.begin()->first == 2);
  CHECK(std::holds_alternative<log_entries::batch>(log.begin()->second->body));
}
