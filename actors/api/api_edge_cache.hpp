// SPDX-License-Identifier: Apache-2.0
// Cache of the edges that the API uses.
#pragma once

#include <caf/actor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

class edge_registry;

/// Keeps an edge for a while after its last use. Otherwise each publish to a topic without members
/// on this node would create a new edge, and the owner keeps a command deduplicator for each edge.
/// Owns: acquired edges. Runs on: the API's loop. Ends: release_all().
class api_edge_cache {
 public:
  static constexpr std::chrono::seconds idle_for{5};
  /// If this many unused edges are cached, the next unused edge is released at once.
  static constexpr std::size_t idle_max = 256;

  explicit api_edge_cache(edge_registry& from) : from_(from) {}
  /// The edge of the topic, acquired if it is not cached.
  caf::actor take(const topic& topic);
  /// Ends one use; call once for each take().
  void give_back(const topic& topic, time_point now);
  /// Releases the edges that have not been used for idle_for.
  void sweep(time_point now);
  void release_all();
  bool empty() const { return all_.empty(); }
  std::size_t size() const { return all_.size(); }

 private:
  struct hold {
    caf::actor edge;
    std::uint32_t uses = 0;
    time_point since;
  };
  edge_registry& from_;
  std::unordered_map<topic, hold> all_;
  std::size_t idle_ = 0;
};

}  // namespace roost::actors
