// The edges that the API uses.
#pragma once

#include <caf/actor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

class edge_directory;

/// Holds an edge for a while after its last use, so that a stream of publishes to a topic nobody
/// here has joined goes through one edge, and the owner keeps one list of commands for it.
/// Owns: uses of edges. Runs on: the API's loop. Ends: release_all().
class held_edges {
 public:
  static constexpr std::chrono::seconds idle_for{5};
  /// Over so many that are not used, one that is given back is released at once.
  static constexpr std::size_t idle_max = 256;

  explicit held_edges(edge_directory& from) : from_(from) {}
  caf::actor take(const topic& where);
  /// Once for each take().
  void give_back(const topic& where, time_point now);
  /// Releases what has not been used for idle_for.
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
  edge_directory& from_;
  std::unordered_map<topic, hold> all_;
  std::size_t idle_ = 0;
};

}  // namespace roost::actors
