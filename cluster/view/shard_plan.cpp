// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/shard_plan.hpp"

#include <algorithm>
#include <cstdint>

#include "cluster/view/placement.hpp"

namespace roost::cluster {

namespace {

/// A shard as all nodes see it.
struct shard_state {
  node_id holder;    // serves it, and nobody may take it; 0: nobody
  node_id promised;  // only this living node may take it, by a release; 0: no such
};

shard_state state_of(const plan_input& input, shard_id shard) {
  const auto& owner = input.owners->of(shard);
  const auto* node = input.view->find(owner.node);
  const auto* to = input.view->find(owner.released_to);
  return {node && node->keeps_shards() ? node->id : node_id{},
          to && to->is_candidate() ? to->id : node_id{}};
}

void add_take(const plan_input& input, shard_id shard, const shard_state& is, node_id target,
              shard_plan& out) {
  const bool is_placed_here =
      is.promised == node_id{} ? target == input.me : is.promised == input.me;
  const bool is_free = is.holder == node_id{} || input.faults.takes_from_living;
  const bool is_mine = is.holder == input.me;
  const bool is_dropped =
      is.holder == node_id{} && std::ranges::find(input.dropped, shard) != input.dropped.end();
  if (!is_mine && ((is_free && is_placed_here) || is_dropped)) out.take.push_back(shard);
}

/// The moves from nodes in `state`, at most one to each node. `busy`: nodes that receive one.
void add_gives(const plan_input& input, node_state state, std::span<const shard_state> shards,
               std::span<const node_id> targets, std::vector<node_id>& busy, shard_plan& out) {
  for (std::uint32_t k = 0; k < shards.size(); ++k) {
    const auto* from = input.view->find(shards[k].holder);
    const auto* to = input.view->find(targets[k]);
    if (!from || from->state != state || !to || to->state != node_state::up || to == from) continue;
    if (std::ranges::find(busy, to->id) != busy.end()) continue;
    busy.push_back(to->id);
    if (from->id == input.me) out.give.push_back({shard_id{k}, to->id});
  }
}

}  // namespace

shard_plan plan_shards(const plan_input& input) {
  if (!input.is_hearing) return {};
  std::vector<node_info> candidates;
  for (const auto& each : input.view->nodes) {
    if (each.is_candidate()) candidates.push_back(each);
  }
  std::vector<shard_state> shards;
  std::vector<node_id> owners;
  std::vector<node_id> busy;
  for (std::uint32_t k = 0; k < input.owners->shards(); ++k) {
    const auto& is = shards.emplace_back(state_of(input, shard_id{k}));
    owners.push_back(is.promised == node_id{} ? is.holder : is.promised);
    if (is.promised != node_id{}) busy.push_back(is.promised);
  }
  const auto targets = place_shards(candidates, owners);
  shard_plan out;
  if (input.may_take) {
    for (std::uint32_t k = 0; k < shards.size(); ++k) {
      add_take(input, shard_id{k}, shards[k], targets[k], out);
    }
  }
  add_gives(input, node_state::leaving, shards, targets, busy, out);
  add_gives(input, node_state::up, shards, targets, busy, out);
  const auto* me = input.view->find(input.me);
  out.may_end = me && me->state == node_state::leaving &&
                (candidates.empty() || std::ranges::all_of(shards, [&](const auto& is) {
                   return is.holder != input.me;
                 }));
  return out;
}

bool may_take_behind(const cluster_view& view, node_id me, node_id author, node_id released_to) {
  if (author == me || released_to == me) return true;
  const auto* keeper = view.find(released_to == node_id{} ? author : released_to);
  if (!keeper) return true;
  return released_to == node_id{} ? !keeper->keeps_shards() : !keeper->is_candidate();
}

}  // namespace roost::cluster
