// Which actor is this node's edge of a topic.
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

/// Owns: the edges' actors, for as long as some connection has a channel there or the owner has
/// still to be told that none has.
/// Runs on: any thread. Ends: end_all(), when the node stops.
class edge_directory {
 public:
  explicit edge_directory(node_context& node) : node_(node) {}
  /// The topic's edge, made if there is none. It stays until each acquire() has its release().
  caf::actor acquire(const topic& where);
  void release(const topic& where);
  /// The edge has nothing left to do. False: somebody has acquired it again.
  bool retire(const topic& where);
  /// Null where there is none.
  caf::actor find(const topic& where);
  /// To every edge.
  template <class Message>
  void tell_all(const Message& what) {
    for (auto& each : shards_) {
      std::lock_guard guard(each.lock);
      for (auto& [where, found] : each.edges) caf::anon_send(found.actor, what);
    }
  }
  /// One that is acquired after this ends with its last release(), whatever it waits for.
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
  shard& shard_of(const topic& where) { return shards_[keyed_hash{}(where.name) % shards_.size()]; }

  node_context& node_;
  std::atomic<std::uint64_t> next_incarnation_{1};
  std::array<shard, 64> shards_;
};

}  // namespace roost::actors
