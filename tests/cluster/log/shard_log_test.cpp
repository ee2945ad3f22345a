// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/shard_log.hpp"

#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

namespace asks = log_requests;
namespace does = shard_effects;

}  // namespace

TEST_CASE("an owner whose connection broke sends nothing before it has looked") {
  shard_log_fixture owner;
  owner.serve();
  owner.load("a");
  owner.log.suspend();
  owner.push("a", 1);
  owner.advance(10'000);
  owner.poll();
  CHECK(owner.requests.empty());
  owner.log.look(owner.now);
  owner.poll();
  owner.answer_last<asks::get>();
  owner.answer_last<asks::read_state>();
  owner.answer_last<asks::put_barrier>();
  CHECK(owner.take<does::verified>());
  owner.run();
  CHECK(owner.take_stored() == 1);
}

TEST_CASE("a request that was not handed out when the connection broke is not sent") {
  shard_log_fixture owner;
  owner.serve();
  owner.load("a");
  owner.push("a", 1);
  owner.poll();
  owner.answer_last<asks::append>(conflict(), false);  // asks for the state
  owner.requests.clear();
  owner.push("a", 2);
  owner.log.suspend();
  owner.poll();
  CHECK(owner.requests.empty());
}

TEST_CASE("an append that was under way when the connection broke is sent again or found") {
  const bool is_executed = GENERATE(false, true);
  shard_log_fixture owner;
  owner.serve();
  owner.load("a");
  owner.push("a", 1);
  owner.poll();
  if (is_executed) owner.store->execute(owner.requests[0], 0);
  owner.requests.clear();
  owner.log.suspend();
  owner.log.look(owner.now);
  owner.run();
  CHECK(owner.take<does::verified>());
  CHECK(owner.take_stored() == 1);
  CHECK(owner.messages() == 2);
}

TEST_CASE("an owner that looks and finds a newer owner's barrier or marker is fenced") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture old(shared, 1);
  old.serve();
  shard_log_fixture newer(shared, 2);
  newer.take_over(2'000'000);
  const bool has_barrier = GENERATE(false, true);
  newer.poll();
  newer.answer_last<asks::get>();
  newer.answer_last<asks::read_state>();
  newer.answer_last<asks::append>();
  if (has_barrier) newer.run();
  old.log.look(old.now);
  old.run();
  CHECK(old.take<does::stopped>()->why == stop_reason::fenced);
  CHECK(old.log.is_idle());
}

TEST_CASE("an owner that looks and finds its log shorter begins a new log id") {
  shard_log_fixture owner(std::make_shared<model::store>(2));
  owner.serve_with_record();
  owner.store->sync_log();
  owner.store->sync_snapshots();
  owner.push("a", 2);
  owner.run();
  const auto before = owner.log.ownership();
  owner.store->cut_power();
  owner.log.look(owner.now);
  owner.run();
  CHECK(owner.take<does::stopped>()->why == stop_reason::lost);
  CHECK(owner.log.is_serving());
  CHECK(owner.log.ownership() > before);
  const auto& marker = *owner.store->log().rbegin()->second;
  CHECK(std::holds_alternative<log_entries::marker>(marker.body));
  CHECK(marker.log.number == owner.log.ownership());
  CHECK(owner.log.counters().losses == 1);
}

TEST_CASE("a greater ownership that somebody knows fences an owner or begins a new log id") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve();
  owner.log.saw_ownership(owner.log.ownership(), owner.now);
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK_FALSE(owner.take<does::stopped>());
  const bool has_newer = GENERATE(false, true);
  shard_log_fixture newer(shared, 2);
  if (has_newer) newer.serve(2'000'000);
  owner.log.saw_ownership(5'000'000, owner.now);
  owner.run();
  const auto stopped = owner.take<does::stopped>();
  REQUIRE(stopped);
  CHECK(stopped->why == (has_newer ? stop_reason::fenced : stop_reason::lost));
  if (!has_newer) CHECK(owner.log.ownership() > 5'000'000);
}

TEST_CASE("new pushes are refused while too many records wait, until half of them are stored") {
  auto limits = shard_log_fixture::prompt_limits();
  limits.queue_bytes_max = 1000;
  limits.batch_bytes_max = 400;
  shard_log_fixture owner(std::make_shared<model::store>(1), 1, limits);
  owner.serve();
  owner.load("a");
  for (std::uint64_t i = 1; i <= 12; ++i) owner.push("a", i);
  owner.poll();
  const auto refused = owner.take<does::accepting>();
  REQUIRE(refused);
  CHECK_FALSE(refused->is_accepting);
  owner.run();
  const auto accepted = owner.take<does::accepting>();
  REQUIRE(accepted);
  CHECK(accepted->is_accepting);
  CHECK(owner.take_stored() == 12);
}

TEST_CASE("a log that has got more space takes pushes again although nothing can be purged") {
  shard_log_fixture owner;
  owner.take_over();
  owner.poll();
  owner.answer_last<asks::get>();
  const log_answers::state narrow{sequence{1}, sequence{0}, {}, 100, 100};
  owner.answer_last<asks::read_state>(narrow, false);
  owner.run();
  const auto refused = owner.take<does::accepting>();
  REQUIRE(refused);
  CHECK_FALSE(refused->is_accepting);
  owner.advance(shard_log_fixture::prompt_limits().purge_interval_ms);
  owner.run();
  const auto accepted = owner.take<does::accepting>();
  REQUIRE(accepted);
  CHECK(accepted->is_accepting);
}

TEST_CASE("records of a room of an earlier ownership are ignored") {
  shard_log_fixture owner;
  owner.serve();
  owner.load("a");
  owner.log.stop();
  owner.serve(2'000'000);
  owner.log.load(topic{"a"});
  owner.run();
  owner.push("a", 1);  // of the room that was loaded before
  owner.capture("a");
  owner.run();
  CHECK(owner.take_stored() == 0);
  CHECK(owner.messages() == 2);  // two markers
  CHECK_FALSE(owner.take<does::stored_snapshot>());
}

TEST_CASE("a given shard is released behind its records and only the named node takes it") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve();
  owner.load("a");
  owner.push("a", 1);
  owner.log.give(node_id{2}, owner.now);
  owner.run();
  CHECK(owner.take_stored() == 1);
  const auto stopped = owner.take<does::stopped>();
  CHECK(stopped->why == stop_reason::released);
  CHECK(stopped->owner == node_id{2});
  CHECK(stopped->released == owner.log.ownership());
  shard_log_fixture third(shared, 3);
  third.log.set_others({{node_id{1}}, {node_id{2}}});
  third.serve();
  const auto held = third.take<does::stopped>();
  CHECK(held->owner == node_id{2});
  CHECK(held->released == owner.log.ownership());
  shard_log_fixture named(shared, 2);
  named.log.set_others({{node_id{1}, node_id{3}}, {node_id{1}, node_id{3}}});
  named.serve();
  CHECK(named.log.is_serving());
}

TEST_CASE("a given shard is taken by another node if the named one is gone") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve();
  owner.log.give(node_id{2}, owner.now);
  owner.run();
  shard_log_fixture third(shared, 3);
  third.log.set_others({{node_id{1}}, {node_id{1}}});
  third.serve();
  CHECK(third.log.is_serving());
}

TEST_CASE("the rooms of a shard are stored while they are served before it is given") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve_with_record();
  owner.log.give(node_id{2}, owner.now);
  owner.run();
  CHECK(owner.log.can_append());
  REQUIRE(owner.take<does::capture>());
  owner.push("a", 2);
  owner.run();
  CHECK(owner.take_stored() == 2);
  owner.capture("a");
  owner.run();
  CHECK(owner.take<does::stopped>()->why == stop_reason::released);
}

TEST_CASE("a shard is given with what is not stored when its time is over") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve_with_record();
  owner.log.give(node_id{2}, owner.now);
  owner.advance(4'999);
  owner.run();
  CHECK(owner.log.is_serving());
  owner.advance(1);
  owner.log.give(node_id{2}, owner.now);  // the same hand-over
  owner.run();
  CHECK(owner.take<does::stopped>()->why == stop_reason::released);
}

TEST_CASE("a shard is kept if it is to be given to nobody any more") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve_with_record();
  owner.log.give(node_id{2}, owner.now);
  owner.log.give(node_id{}, owner.now);
  owner.advance(10'000);
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK(owner.log.can_append());
}
