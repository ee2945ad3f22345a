// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/ownership_table.hpp"

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

ownership_table table_of_four() { return {node_id{1}, 4, view_faults{}}; }

shard_owner owned_by(std::uint64_t node, std::uint64_t ownership) {
  return {node_id{node}, ownership, {}};
}

}  // namespace

TEST_CASE("of several owners the one with the greatest ownership counts") {
  auto table = table_of_four();
  table.hear(owning(2, 1, {{shard_id{0}, 10}}));
  CHECK(table.of(shard_id{0}) == owned_by(2, 10));
  table.hear(owning(3, 1, {{shard_id{0}, 20}}));
  CHECK(table.of(shard_id{0}) == owned_by(3, 20));
  table.hear(owning(2, 2, {{shard_id{0}, 10}}));
  CHECK(table.of(shard_id{0}) == owned_by(3, 20));
}

TEST_CASE("an older ownership is ignored also after its successor is gone") {
  auto table = table_of_four();
  table.hear(owning(3, 1, {{shard_id{0}, 20}}));
  table.use(view_of({{1, node_state::up}, {2, node_state::up}}));
  CHECK(table.of(shard_id{0}) == owned_by(0, 20));
  table.hear(owning(2, 1, {{shard_id{0}, 10}}));
  CHECK(table.of(shard_id{0}) == owned_by(0, 20));
  table.hear(owning(3, 2, {{shard_id{0}, 20}}));
  CHECK(table.of(shard_id{0}) == owned_by(3, 20));
}

TEST_CASE("a shard that its owner no longer announces is owned by nobody") {
  auto table = table_of_four();
  table.hear(owning(2, 1, {{shard_id{0}, 10}, {shard_id{1}, 11}}));
  table.hear(owning(2, 2, {{shard_id{1}, 11}}));
  CHECK(table.of(shard_id{0}) == owned_by(0, 10));
  CHECK(table.of(shard_id{1}) == owned_by(2, 11));
}

TEST_CASE("each new owner is reported once") {
  auto table = table_of_four();
  table.hear(owning(2, 1, {{shard_id{3}, 10}}));
  table.hear(owning(2, 2, {{shard_id{3}, 10}}));
  table.hear(owning(3, 1, {{shard_id{3}, 20}}));
  const auto changes = table.take_changes();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].shard == shard_id{3});
  CHECK(changes[0].now == owned_by(2, 10));
  CHECK(changes[1].now == owned_by(3, 20));
  CHECK(table.take_changes().empty());
}

TEST_CASE("an own ownership is announced until it is dropped or another node has a greater one") {
  auto table = table_of_four();
  CHECK(table.take(shard_id{0}, 10));
  CHECK(table.take(shard_id{1}, 11));
  CHECK(table.take(shard_id{2}, 12));
  table.drop(shard_id{0});
  table.hear(owning(2, 1, {{shard_id{1}, 20}}));
  heartbeat out;
  table.announce_in(out);
  CHECK(out.owned == std::vector<heartbeat::owned_shard>{{shard_id{2}, 12}});
  CHECK_FALSE(table.is_mine(shard_id{1}));
}

TEST_CASE("an own ownership below one that was heard is refused") {
  auto table = table_of_four();
  table.hear(owning(2, 1, {{shard_id{0}, 20}}));
  CHECK_FALSE(table.take(shard_id{0}, 19));
  CHECK(table.of(shard_id{0}) == owned_by(2, 20));
  CHECK(table.take(shard_id{0}, 21));
}

TEST_CASE("a released shard is announced as released until a greater ownership is heard") {
  auto table = table_of_four();
  table.take(shard_id{0}, 10);
  table.release(shard_id{0}, 10, node_id{2});
  CHECK(table.of(shard_id{0}) == shard_owner{{}, 10, node_id{2}});
  heartbeat out;
  table.announce_in(out);
  CHECK(out.owned.empty());
  CHECK(out.released == std::vector<heartbeat::released_shard>{{shard_id{0}, 10, node_id{2}}});

  auto other = ownership_table{node_id{3}, 4, {}};
  other.hear(owning(1, 1, {{shard_id{0}, 10}}));
  out.node = node_id{1};
  other.hear(out);
  CHECK(other.of(shard_id{0}) == shard_owner{{}, 10, node_id{2}});
  other.hear(owning(2, 1, {{shard_id{0}, 11}}));
  CHECK(other.of(shard_id{0}) == owned_by(2, 11));
  other.hear(out);
  CHECK(other.of(shard_id{0}) == owned_by(2, 11));
}

TEST_CASE("an ownership that ended with a release does not come back") {
  auto table = table_of_four();
  table.release(shard_id{0}, 10, node_id{2});
  table.hear(owning(3, 1, {{shard_id{0}, 10}}));
  CHECK(table.of(shard_id{0}) == shard_owner{{}, 10, node_id{2}});
}

TEST_CASE("an owner is told of a greater ownership that nobody announces any more") {
  auto table = table_of_four();
  table.hear(owning(3, 1, {{shard_id{0}, 20}, {shard_id{1}, 20}}));
  table.use(view_of({{1, node_state::up}, {2, node_state::up}}));
  table.hear(owning(2, 1, {{shard_id{0}, 10}}));
  heartbeat out;
  out.node = node_id{1};
  table.announce_in(out);
  CHECK(out.released == std::vector<heartbeat::released_shard>{{shard_id{0}, 20, {}}});

  auto owner = ownership_table{node_id{2}, 4, {}};
  CHECK(owner.take(shard_id{0}, 10));
  owner.hear(out);
  CHECK(owner.take_greater() == std::vector<greater_ownership>{{shard_id{0}, 20}});
  CHECK(owner.is_mine(shard_id{0}));
  CHECK(owner.take(shard_id{0}, 21));
  owner.hear(out);
  CHECK(owner.take_greater().empty());
}

TEST_CASE("an owner is told of a release that it does not know") {
  auto owner = table_of_four();
  CHECK(owner.take(shard_id{0}, 10));
  auto heard = owning(2, 1, {});
  heard.released = {{shard_id{0}, 20, node_id{3}}};
  owner.hear(heard);
  CHECK(owner.take_greater() == std::vector<greater_ownership>{{shard_id{0}, 20}});
  CHECK(owner.is_mine(shard_id{0}));
}

TEST_CASE("an ownership that is gone ends no other node's") {
  auto table = table_of_four();
  table.hear(owning(3, 1, {{shard_id{0}, 10}}));
  auto heard = owning(2, 1, {});
  heard.released = {{shard_id{0}, 20, {}}, {shard_id{1}, 20, {}}};
  table.hear(heard);
  CHECK(table.of(shard_id{0}) == owned_by(3, 10));
  CHECK(table.of(shard_id{1}) == shard_owner{});
  CHECK(table.take_greater().empty());
}

TEST_CASE("a greater ownership is no longer told of when nobody announces a smaller one") {
  auto table = table_of_four();
  table.hear(owning(3, 1, {{shard_id{0}, 20}, {shard_id{1}, 20}, {shard_id{2}, 20}}));
  table.use(view_of({{1, node_state::up}, {2, node_state::up}}));
  table.hear(owning(2, 1, {{shard_id{0}, 10}, {shard_id{1}, 10}, {shard_id{2}, 10}}));
  table.hear(owning(2, 2, {{shard_id{0}, 10}, {shard_id{1}, 21}}));
  heartbeat out;
  table.announce_in(out);
  CHECK(out.released == std::vector<heartbeat::released_shard>{{shard_id{0}, 20, {}}});
  table.use(view_of({{1, node_state::up}}));
  heartbeat later;
  table.announce_in(later);
  CHECK(later.released.empty());
}

TEST_CASE("an announcement of a shard that does not exist is counted and ignored") {
  auto table = table_of_four();
  auto heard = owning(2, 1, {{shard_id{4}, 10}});
  heard.released.push_back({shard_id{1'000'000}, 10, node_id{1}});
  table.hear(heard);
  CHECK(table.unknown_shards() == 2);
  CHECK(table.take_changes().empty());
}
