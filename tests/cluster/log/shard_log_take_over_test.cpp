// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

namespace gets = log_requests;

/// A log with one event of the room "a".
std::shared_ptr<model::store> store_with_event() {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture owner(shared, 1);
  owner.serve_with_record();
  return shared;
}

}  // namespace

TEST_CASE("a take-over reads barrier and state, stores its marker, reads, stores its barrier") {
  shard_log_fixture owner(store_with_event(), 2);
  owner.take_over(2'000'000);
  owner.poll();
  owner.answer_last<gets::get>();
  owner.answer_last<gets::read_state>();
  CHECK(owner.answer_last<gets::append>().expected_last == sequence{2});
  CHECK(owner.answer_last<gets::read>().from == sequence{1});
  CHECK_FALSE(owner.log.is_serving());
  owner.answer_last<gets::put_barrier>();
  const auto serving = owner.take<shard_effects::serving>();
  REQUIRE(serving);
  CHECK(serving->ownership == 2'000'000);
  CHECK(serving->text.size() == 12);
  REQUIRE(owner.log.epochs().size() == 2);
  CHECK(owner.log.epochs()[1].text == serving->text);
}

TEST_CASE("an ownership is greater than the last one even if the clock was set back") {
  const auto shared = store_with_event();
  shard_log_fixture owner(shared, 2);
  owner.serve(5);
  CHECK(owner.log.ownership() == 1'000'001);
}

TEST_CASE("nobody takes a shard from a node that is up") {
  const auto shared = store_with_event();
  shard_log_fixture owner(shared, 2);
  owner.log.set_others({{node_id{1}}, {}});
  owner.serve();
  const auto stopped = owner.take<shard_effects::stopped>();
  REQUIRE(stopped);
  CHECK(stopped->why == stop_reason::held);
  CHECK(stopped->owner == node_id{1});
  CHECK(owner.messages() == 2);
  owner.log.set_others({});
  owner.serve();
  CHECK(owner.log.is_serving());
}

TEST_CASE("an owner that lost data leaves the shard to a newer owner that is up") {
  const auto shared = store_with_event();
  shard_log_fixture owner(shared, 1);
  owner.serve(2'000'000);
  owner.log.set_others({{node_id{2}}, {node_id{2}}});
  owner.log.saw_ownership(3'000'000, owner.now);  // lost by the store
  const auto answer_one = [&] {
    const auto request = std::move(owner.requests.at(0));
    owner.requests.erase(owner.requests.begin());
    owner.log.answer(request.id, shared->execute(request, 0), owner.now);
    owner.poll();
  };
  owner.poll();
  auto stopped = owner.take<shard_effects::stopped>();
  for (; !stopped; stopped = owner.take<shard_effects::stopped>()) answer_one();
  CHECK(stopped->why == stop_reason::lost);
  shard_log_fixture newer(shared, 2);
  newer.serve(4'000'000);
  owner.run();
  stopped = owner.take<shard_effects::stopped>();
  REQUIRE(stopped);
  CHECK(stopped->why == stop_reason::held);
  CHECK(stopped->owner == node_id{2});
  CHECK(owner.log.is_idle());
}

TEST_CASE("of two nodes that take a shard at the same time one stops") {
  auto shared = std::make_shared<model::store>(1);
  shard_log_fixture first(shared, 1);
  shard_log_fixture second(shared, 2);
  for (auto* each : {&first, &second}) {
    each->take_over();
    each->poll();
    each->answer_last<gets::get>();
    each->answer_last<gets::read_state>();
  }
  first.run();
  second.run();
  CHECK(first.log.is_serving());
  CHECK(second.take<shard_effects::stopped>()->why == stop_reason::held);
  CHECK(first.messages() == 1);
}

TEST_CASE("a marker without an answer is found in the log or stored again") {
  const bool is_executed = GENERATE(false, true);
  shard_log_fixture owner(store_with_event(), 2);
  owner.take_over(2'000'000);
  owner.poll();
  owner.answer_last<gets::get>();
  owner.answer_last<gets::read_state>();
  owner.answer_last<gets::append>(unknown_outcome(), is_executed);
  owner.run();
  owner.advance(100);
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK(owner.messages() == 3);
}

TEST_CASE("a read that failed is repeated after the retry time") {
  shard_log_fixture owner;
  owner.take_over();
  owner.poll();
  owner.answer_last<gets::get>(log_answers::failed{"timeout"});
  CHECK(owner.requests.empty());
  owner.advance(99);
  owner.poll();
  CHECK(owner.requests.empty());
  owner.advance(1);
  owner.run();
  CHECK(owner.log.is_serving());
}

TEST_CASE("a former owner's late purge while the log is read is no loss") {
  const auto shared = store_with_event();
  auto limits = shard_log_fixture::prompt_limits();
  limits.page_bytes_max = 1;
  shard_log_fixture owner(shared, 2, limits);
  owner.take_over(2'000'000);
  owner.poll();
  owner.answer_last<gets::get>();
  owner.answer_last<gets::read_state>();
  owner.answer_last<gets::append>();
  owner.answer_last<gets::read>();  // the first message
  shared->execute({0, gets::purge{sequence{3}}}, 0);
  owner.run();
  CHECK(owner.log.is_serving());
  CHECK(owner.log.counters().losses == 0);
}

TEST_CASE("any other gap in the log is a loss: the shard begins a new log id") {
  const auto shared = store_with_event();
  shard_log_fixture owner(shared, 2);
  owner.take_over(2'000'000);
  owner.poll();
  owner.answer_last<gets::get>();
  owner.answer_last<gets::read_state>();
  owner.answer_last<gets::append>();
  auto page = std::get<log_answers::page>(shared->execute(owner.requests[0], 0));
  page.messages.erase(page.messages.begin() + 1);
  owner.answer_last<gets::read>(page);
  owner.run();
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::lost);
  CHECK(owner.log.is_serving());
  CHECK(shared->log().rbegin()->second->log.number == owner.log.ownership());
}

TEST_CASE("a barrier of an ownership that the log does not know is a loss") {
  auto shared = std::make_shared<model::store>(1);
  shared->execute({0, gets::put_barrier{{}, 7'000'000}}, 0);
  shard_log_fixture owner(shared, 1);
  owner.serve();
  CHECK(owner.log.ownership() == 7'000'001);
  CHECK(shared->log().begin()->second->log.number == 7'000'001);
  CHECK(owner.log.counters().losses == 1);
}

TEST_CASE("a shard whose log holds a message that cannot be decoded is not taken") {
  const auto shared = store_with_event();
  shard_log_fixture owner(shared, 2);
  owner.take_over();
  owner.poll();
  owner.answer_last<gets::get>();
  const bool is_newest = GENERATE(true, false);
  auto state = std::get<log_answers::state>(shared->execute(owner.requests[0], 0));
  if (is_newest) state.newest.entry.reset();
  owner.answer_last<gets::read_state>(state);
  if (!is_newest) {
    owner.answer_last<gets::append>();
    auto page = std::get<log_answers::page>(shared->execute(owner.requests[0], 0));
    page.messages[0].entry.reset();
    owner.answer_last<gets::read>(page);
  }
  CHECK(owner.take<shard_effects::stopped>()->why == stop_reason::unreadable);
}

TEST_CASE("a take-over whose connection breaks begins anew") {
  shard_log_fixture owner(store_with_event(), 2);
  owner.take_over();
  owner.poll();
  owner.answer_last<gets::get>();
  owner.log.suspend();
  owner.requests.clear();
  owner.log.look(owner.now);
  owner.poll();
  owner.answer_last<gets::get>();
  owner.run();
  CHECK(owner.log.is_serving());
}

TEST_CASE("an owner that looks stores its barrier again even if a stale read shows it") {
  shard_log_fixture owner;
  owner.serve();
  owner.log.look(owner.now);
  owner.poll();
  auto stale = std::get<log_answers::snapshots>(owner.store->execute(owner.requests[0], 0));
  const auto stored_at = stale.barrier_at;
  stale.barrier_at = {};
  stale.barrier_ownership = 0;
  owner.answer_last<gets::get>(stale);
  owner.answer_last<gets::read_state>();
  owner.answer_last<gets::put_barrier>();  // a conflict, since it was stale
  owner.answer_last<gets::get>();          // shows the barrier of before
  CHECK_FALSE(owner.take<shard_effects::verified>());
  owner.advance(100);
  owner.poll();
  CHECK(owner.answer_last<gets::put_barrier>().expected == stored_at);
  CHECK(owner.take<shard_effects::verified>());
}
