// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/shard_plan.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

/// A view, and the announcements of its nodes.
struct plan_fixture {
  cluster_view view;
  ownership_table owners{node_id{1}, 8, view_faults{}};
  std::map<std::uint64_t, std::vector<heartbeat::owned_shard>> owned;
  std::uint64_t ownership = 10;

  void own(std::uint64_t node, std::vector<std::uint32_t> shards) {
    for (const auto k : shards) owned[node].push_back({shard_id{k}, ++ownership});
    owners.hear(owning(node, 1, owned[node]));
  }
  void release(const hand_over& move) {
    const auto before = owners.of(move.shard);
    std::erase_if(owned[before.node.value], [&](const auto& of) { return of.shard == move.shard; });
    owners.release(move.shard, before.ownership, move.to);
  }
  shard_plan plan(std::uint64_t me, std::vector<shard_id> dropped = {}) const {
    const auto state = view.find(node_id{me})->state;
    return plan_shards(
        {node_id{me}, &view, &owners, true, state == node_state::up, dropped, view_faults{}});
  }
};

}  // namespace

TEST_CASE("all unowned shards are taken, each by one node") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::up}, {3, node_state::up}});
  std::vector<unsigned> taken(8);
  for (const std::uint64_t node : {1, 2, 3}) {
    const auto plan = it.plan(node);
    CHECK(plan.give.empty());
    for (const auto shard : plan.take) ++taken[shard.value];
  }
  CHECK(taken == std::vector<unsigned>(8, 1));
}

TEST_CASE("a joining node takes nothing yet, and its share waits for it") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::joining}});
  CHECK(it.plan(1).take.size() == 4);
  CHECK(it.plan(2).take.empty());
}

TEST_CASE("nobody takes a shard from a node that is up or leaving") {
  for (const auto state : {node_state::up, node_state::leaving}) {
    plan_fixture it;
    it.view = view_of({{1, node_state::up}, {2, state}, {3, node_state::up}});
    it.own(2, {0, 1, 2, 3, 4, 5, 6, 7});
    CHECK(it.plan(1).take.empty());
    CHECK(it.plan(3).take.empty());
  }
}

TEST_CASE("the shards of a node that is cut off or gone are taken") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::cut_off}});
  it.own(2, {0, 1, 2});
  it.own(3, {3, 4, 5, 6, 7});
  CHECK(it.plan(1).take.size() == 8);
  CHECK(it.plan(2).take.empty());
}

TEST_CASE("a joining node receives its share one shard at a time") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::up}, {3, node_state::up}});
  it.own(1, {0, 1, 2, 3});
  it.own(2, {4, 5, 6, 7});
  for (int moves = 0; moves < 2; ++moves) {
    const auto first = it.plan(1).give;
    const auto second = it.plan(2).give;
    REQUIRE(first.size() + second.size() == 1);
    const auto move = first.empty() ? second.front() : first.front();
    CHECK(move.to == node_id{3});
    it.release(move);
    CHECK(it.plan(1).give.empty());
    CHECK(it.plan(2).give.empty());
    CHECK(it.plan(3).take == std::vector<shard_id>{move.shard});
    CHECK(it.plan(1).take.empty());
    it.own(3, {move.shard.value});
  }
  CHECK(it.plan(1).give.empty());
  CHECK(it.plan(2).give.empty());
}

TEST_CASE("no shard is given to a node that is joining") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::joining}});
  it.own(1, {0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(it.plan(1).give.empty());
}

TEST_CASE("a leaving node gives all its shards away before others move, then it may end") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::leaving}, {3, node_state::up}});
  it.own(1, {0, 1, 2, 3, 4});
  it.own(2, {5, 6, 7});
  for (int moves = 0; moves < 3; ++moves) {
    const auto plan = it.plan(2);
    CHECK_FALSE(plan.may_end);
    REQUIRE(plan.give.size() == 1);
    CHECK(plan.give.front().to == node_id{3});
    CHECK(it.plan(1).give.empty());
    it.release(plan.give.front());
    it.own(3, {plan.give.front().shard.value});
  }
  CHECK(it.plan(2).may_end);
  CHECK_FALSE(it.plan(1).may_end);
  CHECK(it.plan(1).give.size() == 1);
}

TEST_CASE("the last node of a cluster leaves without giving anything away") {
  plan_fixture it;
  it.view = view_of({{1, node_state::leaving}, {2, node_state::leaving}});
  it.own(1, {0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(it.plan(1).give.empty());
  CHECK(it.plan(1).may_end);
}

TEST_CASE("a released shard is taken only by the node that the release names, if it lives") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::up}, {3, node_state::up}});
  for (std::uint32_t k = 0; k < 8; ++k) it.owners.release(shard_id{k}, 10, node_id{2});
  CHECK(it.plan(2).take.size() == 8);
  CHECK(it.plan(1).take.empty());
  it.view = view_of({{1, node_state::up}, {3, node_state::up}});
  CHECK(it.plan(1).take.size() == 4);
  CHECK(it.plan(3).take.size() == 4);
  it.view = view_of({{1, node_state::up}, {2, node_state::leaving}});
  CHECK(it.plan(1).take.size() == 8);
}

TEST_CASE("a node that dropped a shard behind its own marker takes it again itself") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::up}});
  const auto placed_elsewhere = it.plan(2).take.front();
  CHECK(std::ranges::count(it.plan(1).take, placed_elsewhere) == 0);
  CHECK(std::ranges::count(it.plan(1, {placed_elsewhere}).take, placed_elsewhere) == 1);
}

TEST_CASE("nothing moves while the view is frozen") {
  plan_fixture it;
  it.view = view_of({{1, node_state::up}, {2, node_state::up}});
  it.own(1, {0, 1, 2, 3, 4, 5, 6});
  const auto plan = plan_shards({node_id{1}, &it.view, &it.owners, false, true, {}, view_faults{}});
  CHECK(plan.take.empty());
  CHECK(plan.give.empty());
}

TEST_CASE("a marker may follow the last message of a log only if its author lost the shard") {
  const auto view = view_of({{1, node_state::up},
                             {2, node_state::up},
                             {3, node_state::leaving},
                             {4, node_state::cut_off},
                             {5, node_state::joining}});
  const auto may = [&](std::uint64_t author, std::uint64_t released_to) {
    return may_take_behind(view, node_id{1}, node_id{author}, node_id{released_to});
  };
  CHECK(may(0, 0));        // an empty log
  CHECK(may(1, 0));        // its own message
  CHECK(may(9, 0));        // of a node that is gone
  CHECK(may(4, 0));        // of a node that is cut off
  CHECK_FALSE(may(2, 0));  // of a node that is up
  CHECK_FALSE(may(3, 0));  // of a node that is leaving
  CHECK(may(2, 1));        // released to this node
  CHECK_FALSE(may(2, 5));  // released to another that lives
  CHECK(may(2, 3));        // released to one that is leaving
  CHECK(may(2, 9));        // released to one that is gone
}
