// The registry of this node's edge actors, by topic.
#pragma once

#include <array>
#include <atomic>
#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "config/base/ids.hpp"

namespace roost::actors {

struct node_context;

/// Creates, counts references to, and finds the edge actors of this node.
/// Owns: the actor of each edge, while a connection has a channel there or a leave is not answered
/// by the owner. Runs on: any thread. Ends: end_all(), when the node stops.
class edge_registry {
 public:
  explicit edge_registry(node_context& node) : node_(node) {}
  /// The topic's edge, created if there is none. It stays until each acquire() has its release().
  caf::actor acquire(const topic& topic);
  void release(const topic& topic);
  /// Called by an idle edge that wants to end. False: it was acquired again and must go on.
  bool retire(const topic& topic);
  /// Null if there is none.
  caf::actor find(const topic& topic);
  /// Sends a message to every edge.
  template <class Message>
  void tell_all(const Message& message) {
    for (auto& each : shards_) {
      std::lock_guard guard(each.lock);
      for (auto& [topic, found] : each.edges) caf::anon_send(found.actor, message);
    }
  }
  /// Ends all edges. An edge that is acquired later ends at its last release().
  void end_all();

 private:
  struct edge {
    caf::actor actor;
    std::uint32_t uses = 0;
  };
  struct shard {
    std::mutex lock;
    std::unordered_map<topic, edge> edges;
    bool is_ended = false;
  };
  shard& shard_of(const topic& topic) { return shards_[keyed_hash{}(topic.name) % shards_.size()]; }

  node_context& node_;
  std::atomic<std::uint64_t> next_incarnation_{1};
  std::array<shard, 64> shards_;
};

}  // namespace roost::actors
