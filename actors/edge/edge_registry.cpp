// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/edge_registry.hpp"

#include <caf/send.hpp>

#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "actors/runtime/pinned_actor.hpp"

namespace roost::actors {

caf::actor edge_registry::acquire(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  auto& found = edges_of_shard(topic, home)[topic];
  if (!found.actor) {
    found.actor = spawn_on<room_edge_actor>(scheduler_.home_of(topic), shared_, *this, topic,
                                            next_incarnation());
  }
  ++found.uses;
  return found.actor;
}

void edge_registry::release(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  auto& edges = edges_of_shard(topic, home);
  const auto it = edges.find(topic);
  if (it == edges.end() || it->second.uses == 0 || --it->second.uses != 0) return;
  if (!home.is_ended) {
    caf::anon_send(it->second.actor, edge_retired{});
    return;
  }
  // The rooms have ended too, so the edge would never get its answers: end it now.
  caf::anon_send(it->second.actor, end_now{});
  edges.erase(it);
}

bool edge_registry::retire(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  auto& edges = edges_of_shard(topic, home);
  const auto it = edges.find(topic);
  if (it != edges.end() && it->second.uses != 0) return false;
  if (it != edges.end()) edges.erase(it);
  return true;
}

caf::actor edge_registry::find(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  auto& edges = edges_of_shard(topic, home);
  const auto it = edges.find(topic);
  return it == edges.end() ? caf::actor{} : it->second.actor;
}

void edge_registry::end_all() {
  for (auto& each : stripes_) {
    std::lock_guard guard(each.lock);
    each.is_ended = true;
    for (auto& [shard, edges] : each.edges) send(edges, end_now{});
    each.edges.clear();
  }
}

}  // namespace roost::actors
