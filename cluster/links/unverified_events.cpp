// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/unverified_events.hpp"

#include <utility>

namespace roost::cluster {

bool unverified_events::keep(outgoing_envelope envelope) {
  const auto cost = envelope.cost();
  if (bytes_ + cost > bytes_max_) return false;
  bytes_ += cost;
  held_[*envelope.room_of].push_back(std::move(envelope));
  return true;
}

std::vector<outgoing_envelope> unverified_events::release(shard_id shard) {
  const auto at = held_.find(shard);
  if (at == held_.end()) return {};
  auto out = std::move(at->second);
  held_.erase(at);
  for (const auto& each : out) bytes_ -= each.cost();
  return out;
}

void unverified_events::forget(node_id node) {
  for (auto& [shard, all] : held_) {
    for (auto& each : all) std::erase(each.to, node);
  }
}

std::vector<shard_id> unverified_events::shards() const {
  std::vector<shard_id> out;
  for (const auto& [shard, all] : held_) out.push_back(shard);
  return out;
}

}  // namespace roost::cluster
