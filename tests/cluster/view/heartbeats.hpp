// SPDX-License-Identifier: Apache-2.0
// Heartbeats and views for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"

namespace roost::cluster::tests {

inline constexpr time_point test_start{std::chrono::hours(1)};

inline std::string name_of(node_id id) { return "node-" + std::to_string(id.value); }

inline heartbeat heartbeat_of(std::uint64_t node, std::uint64_t number,
                              node_state state = node_state::up) {
  heartbeat out;
  out.node = node_id{node};
  out.number = number;
  out.state = state;
  out.is_store_answering = true;
  out.name = name_of(out.node);
  out.version = "0.1.0";
  return out;
}

inline heartbeat owning(std::uint64_t node, std::uint64_t number,
                        std::vector<heartbeat::owned_shard> owned) {
  auto out = heartbeat_of(node, number);
  out.owned = std::move(owned);
  return out;
}

/// A view of these nodes, which are ordered by id.
inline cluster_view view_of(std::vector<std::pair<std::uint64_t, node_state>> nodes) {
  cluster_view out{1, {}};
  for (const auto& [id, state] : nodes) {
    out.nodes.push_back({node_id{id}, name_of(node_id{id}), "0.1.0", state});
  }
  return out;
}

}  // namespace roost::cluster::tests
