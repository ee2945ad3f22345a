// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <tuple>

#include "config/base/siphash.hpp"

namespace roost::cluster {

namespace {

/// A node that may own shards, while they are being placed.
struct bin {
  const node_info* node = nullptr;
  std::vector<shard_id> shards;
  std::size_t target = 0;
};

struct choice {
  std::uint64_t weight = 0;
  shard_id shard;
  std::size_t bin = 0;
};

std::uint64_t weight_in(const bin& of, shard_id shard) {
  return placement_weight(shard, of.node->name);
}

/// Floor or ceil for each; ceil for those that have most, so that the fewest shards move.
void set_targets(std::vector<bin>& bins, std::size_t shards) {
  std::vector<bin*> by_load;
  by_load.reserve(bins.size());
  for (auto& each : bins) by_load.push_back(&each);
  std::ranges::stable_sort(by_load, std::greater{},
                           [](const bin* of) { return of->shards.size(); });
  for (std::size_t i = 0; i < by_load.size(); ++i) {
    by_load[i]->target = shards / bins.size() + (i < shards % bins.size() ? 1 : 0);
  }
}

/// Removes the shards that a node has too many, those with the least weight there.
void remove_surplus(bin& from, std::vector<shard_id>& free) {
  if (from.shards.size() <= from.target) return;
  std::ranges::sort(from.shards, std::greater{}, [&](shard_id shard) {
    return std::tuple{weight_in(from, shard), shard.value};
  });
  const auto kept = from.shards.begin() + static_cast<std::ptrdiff_t>(from.target);
  free.insert(free.end(), kept, from.shards.end());
  from.shards.erase(kept, from.shards.end());
}

/// Of all pairs of a free shard and a node with room, the one with the greatest weight is next.
void place_free(const std::vector<shard_id>& free, std::vector<bin>& bins) {
  std::vector<choice> choices;
  for (const auto shard : free) {
    for (std::size_t i = 0; i < bins.size(); ++i) {
      choices.push_back({weight_in(bins[i], shard), shard, i});
    }
  }
  std::ranges::sort(choices, std::greater{}, [](const choice& of) {
    return std::tuple{of.weight, of.shard.value, of.bin};
  });
  std::vector<bool> is_placed(shards_max);
  for (const auto& [weight, shard, at] : choices) {
    auto& into = bins[at];
    if (into.shards.size() == into.target || is_placed[shard.value]) continue;
    into.shards.push_back(shard);
    is_placed[shard.value] = true;
  }
}

}  // namespace

std::uint64_t placement_weight(shard_id shard, std::string_view node_name) {
  return siphash<2, 4>::of(siphash_key{shard.value, 0}, node_name);
}

std::vector<node_id> place_shards(std::span<const node_info> candidates,
                                  std::span<const node_id> owners) {
  std::vector<node_id> out(owners.size());
  if (candidates.empty()) return out;
  std::vector<bin> bins;
  for (const auto& each : candidates) bins.push_back({&each, {}, 0});
  std::vector<shard_id> free;
  for (std::uint32_t k = 0; k < owners.size(); ++k) {
    const auto at = std::ranges::find(candidates, owners[k], &node_info::id);
    auto& into = at == candidates.end() ? free : bins[at - candidates.begin()].shards;
    into.push_back(shard_id{k});
  }
  set_targets(bins, owners.size());
  for (auto& each : bins) remove_surplus(each, free);
  place_free(free, bins);
  for (const auto& each : bins) {
    for (const auto shard : each.shards) out[shard.value] = each.node->id;
  }
  return out;
}

}  // namespace roost::cluster
