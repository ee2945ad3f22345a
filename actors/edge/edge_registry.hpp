// SPDX-License-Identifier: Apache-2.0
// The registry of this node's edge actors, by topic.
#pragma once

#include <array>
#include <atomic>
#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <unordered_map>

#include "actors/edge/edge_dependencies.hpp"
#include "actors/edge/room_edge_actor.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

/// Creates, counts references to, and finds the edge actors of this node.
/// Owns: the actor of each edge, while a connection has a channel there or a leave is not answered
/// by the owner. Runs on: any thread. Ends: end_all(), when the node stops.
class edge_registry final : public edge_lifecycle {
 public:
  edge_registry(const edge_dependencies& shared, loop_scheduler& scheduler)
      : shared_(shared), scheduler_(scheduler), pacer_(shared.attaching) {}
  /// Adds a reference to the topic's edge, which is created if there is none. The caller must call
  /// release() once for each acquire().
  caf::actor acquire(const topic& topic);
  /// Removes a reference. The last release() asks the edge to end when it is idle.
  void release(const topic& topic);
  /// Removes an idle edge from the registry. False: it was acquired again and must not end.
  bool retire(const topic& topic) override;
  /// Numbers of incarnations only grow.
  std::uint64_t next_incarnation() override { return ++last_incarnation_; }
  std::uint64_t last_incarnation() const { return last_incarnation_; }
  attach_pacer& pacer() override { return pacer_; }
  /// Null if there is none.
  caf::actor find(const topic& topic);
  /// Sends a message to every edge.
  template <class Message>
  void send_all(const Message& message) {
    for (auto& each : stripes_) {
      std::lock_guard guard(each.lock);
      for (auto& [shard, edges] : each.edges) send(edges, message);
    }
  }
  /// Sends a message to every edge of the shard, in a time that does not grow with other shards.
  template <class Message>
  void send_to(cluster::shard_id shard, const Message& message) {
    for (auto& each : stripes_) {
      std::lock_guard guard(each.lock);
      if (const auto at = each.edges.find(shard); at != each.edges.end()) send(at->second, message);
    }
  }
  /// Ends all edges. An edge that is acquired later ends at its last release().
  void end_all();

 private:
  struct edge {
    caf::actor actor;
    std::uint32_t uses = 0;
  };
  using edges_by_topic = std::unordered_map<topic, edge>;
  struct stripe {
    std::mutex lock;
    std::map<cluster::shard_id, edges_by_topic> edges;
    bool is_ended = false;
  };
  template <class Message>
  static void send(const edges_by_topic& edges, const Message& message) {
    for (const auto& [topic, found] : edges) caf::anon_send(found.actor, message);
  }
  edges_by_topic& edges_of_shard(const topic& topic, stripe& home) {
    return home.edges[shared_.bus.shard_of(topic)];
  }
  stripe& stripe_of(const topic& topic) {
    return stripes_[keyed_hash{}(topic.name) % stripes_.size()];
  }

  const edge_dependencies& shared_;
  loop_scheduler& scheduler_;
  std::atomic<std::uint64_t> last_incarnation_{0};
  attach_pacer pacer_;
  std::array<stripe, 64> stripes_;
};

}  // namespace roost::actors
