// SPDX-License-Identifier: Apache-2.0
// The registry of this node's connection actors, by loop.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "config/base/ids.hpp"

namespace roost::actors {

/// Owns: references to the actors, in one map for each loop. Runs on: each map on its loop only.
/// Ends: with its node, after the loops have stopped.
class connection_registry {
 public:
  using by_id = boost::unordered_flat_map<std::uint64_t, caf::actor>;

  explicit connection_registry(std::size_t loops) : maps_(loops) {}
  void add(connection_id id, caf::actor connection) {
    on(loop_of(id)).emplace(id.value, std::move(connection));
  }
  void remove(connection_id id) { on(loop_of(id)).erase(id.value); }
  /// Null if the connection has ended.
  caf::actor find(connection_id id) const {
    const auto& here = on(loop_of(id));
    const auto it = here.find(id.value);
    return it == here.end() ? caf::actor{} : it->second;
  }
  by_id& on(loop_id loop) { return maps_[loop.value]; }
  const by_id& on(loop_id loop) const { return maps_[loop.value]; }
  std::size_t loops() const { return maps_.size(); }

 private:
  std::vector<by_id> maps_;
};

}  // namespace roost::actors
