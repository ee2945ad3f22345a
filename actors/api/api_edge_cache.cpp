// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_edge_cache.hpp"

#include "actors/edge/edge_registry.hpp"

namespace roost::actors {

caf::actor api_edge_cache::take(const topic& topic) {
  auto [it, is_new] = all_.try_emplace(topic);
  auto& found = it->second;
  if (is_new) {
    found.edge = from_.acquire(topic);
  } else if (found.uses == 0) {
    --idle_;
  }
  ++found.uses;
  return found.edge;
}

void api_edge_cache::give_back(const topic& topic, time_point now) {
  const auto it = all_.find(topic);
  if (it == all_.end() || it->second.uses == 0 || --it->second.uses != 0) return;
  if (idle_ < idle_max) {
    ++idle_;
    it->second.since = now;
    return;
  }
  from_.release(topic);
  all_.erase(it);
}

void api_edge_cache::sweep(time_point now) {
  for (auto it = all_.begin(); it != all_.end();) {
    const bool is_over = it->second.uses == 0 && it->second.since + idle_for <= now;
    if (!is_over) {
      ++it;
      continue;
    }
    --idle_;
    from_.release(it->first);
    it = all_.erase(it);
  }
}

void api_edge_cache::release_all() {
  for (const auto& [topic, each] : all_) from_.release(topic);
  all_.clear();
  idle_ = 0;
}

}  // namespace roost::actors
