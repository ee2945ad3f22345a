// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <vector>

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

using owner_list = std::vector<node_id>;

std::vector<node_info> nodes_up(const std::vector<std::uint64_t>& ids) {
  std::vector<node_info> out;
  for (const auto id : ids) out.push_back({node_id{id}, name_of(node_id{id}), "", node_state::up});
  return out;
}

std::map<node_id, std::size_t> loads_of(const owner_list& owners) {
  std::map<node_id, std::size_t> out;
  for (const auto owner : owners) ++out[owner];
  return out;
}

/// The fewest shards that must leave living owners: tries every choice of the nodes that get ceil.
std::size_t fewest_moves(const std::vector<node_info>& nodes, const owner_list& owners) {
  auto loads = loads_of(owners);
  const auto floor = owners.size() / nodes.size();
  const auto larger = owners.size() % nodes.size();
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (unsigned choice = 0; choice < 1U << nodes.size(); ++choice) {
    if (static_cast<std::size_t>(__builtin_popcount(choice)) != larger) continue;
    std::size_t moves = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto target = floor + ((choice >> i) & 1U);
      const auto load = loads[nodes[i].id];
      moves += load > target ? load - target : 0;
    }
    fewest = std::min(fewest, moves);
  }
  return fewest;
}

std::size_t moves_from_living(const std::vector<node_info>& nodes, const owner_list& before,
                              const owner_list& after) {
  std::size_t moves = 0;
  for (std::size_t k = 0; k < before.size(); ++k) {
    const bool is_living = std::ranges::find(nodes, before[k], &node_info::id) != nodes.end();
    moves += is_living && before[k] != after[k] ? 1 : 0;
  }
  return moves;
}

}  // namespace

TEST_CASE("the weight of a node for a shard is the same on every machine and in every version") {
  CHECK(placement_weight(shard_id{0}, "a") == 0x96c20860cd93a249U);
  CHECK(placement_weight(shard_id{7}, "node-2") == 0x76857e4e9c57fce1U);
}

TEST_CASE("each node gets floor or ceil of shards by nodes") {
  for (std::size_t count = 1; count <= 7; ++count) {
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 1; id <= count; ++id) ids.push_back(id);
    for (const std::size_t shards : {1U, 7U, 8U, 30U, 64U}) {
      const auto placed = place_shards(nodes_up(ids), owner_list(shards));
      const auto loads = loads_of(placed);
      CHECK_FALSE(loads.contains(node_id{}));
      for (const auto& [node, load] : loads) {
        CHECK(load >= shards / count);
        CHECK(load <= (shards + count - 1) / count);
      }
      CHECK((loads.size() == count || shards < count));
    }
  }
}

TEST_CASE("without a node nothing is placed") {
  CHECK(place_shards({}, owner_list(3, node_id{5})) == owner_list(3));
}

TEST_CASE("a placement is a fixed point: placing it again moves nothing") {
  const auto nodes = nodes_up({1, 2, 3, 4, 5});
  const auto placed = place_shards(nodes, owner_list(33));
  CHECK(place_shards(nodes, placed) == placed);
}

TEST_CASE("joins and leaves move the fewest shards that balance the load") {
  std::uint64_t random = 1;
  const auto below = [&](std::uint64_t bound) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33U) % bound;
  };
  std::size_t moved = 0;
  for (int round = 0; round < 2'000; ++round) {
    const auto shards = 1 + below(40);
    owner_list owners(shards);
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 1; id <= 6; ++id) {
      if (below(2) == 0 || id == 6) ids.push_back(id);
    }
    const auto nodes = nodes_up(ids);
    const auto owner_count = 1 + below(8);
    for (auto& owner : owners) owner = node_id{below(owner_count)};
    const auto placed = place_shards(nodes, owners);
    const auto moves = moves_from_living(nodes, owners, placed);
    REQUIRE(moves == fewest_moves(nodes, owners));
    REQUIRE(moves_from_living(nodes, placed, place_shards(nodes, placed)) == 0);
    moved += moves;
  }
  CHECK(moved > 1'000);
}

TEST_CASE("a node that leaves moves only its own shards") {
  const auto before = place_shards(nodes_up({1, 2, 3, 4}), owner_list(30));
  const auto after = place_shards(nodes_up({1, 2, 4}), before);
  for (std::size_t k = 0; k < before.size(); ++k) {
    CHECK((before[k] == node_id{3} || before[k] == after[k]));
    CHECK(after[k] != node_id{3});
  }
}

TEST_CASE("a node that joins receives shards, and no shard moves between the others") {
  const auto before = place_shards(nodes_up({1, 2, 3}), owner_list(30));
  const auto after = place_shards(nodes_up({1, 2, 3, 4}), before);
  for (std::size_t k = 0; k < before.size(); ++k) {
    CHECK((after[k] == node_id{4} || before[k] == after[k]));
  }
  CHECK(loads_of(after)[node_id{4}] == 7);
}
