// SPDX-License-Identifier: Apache-2.0
// The ids of edges, members and commands in the envelopes of the bus.
#pragma once

#include <cstdint>

#include "config/base/ids.hpp"

namespace roost::cluster {

/// One incarnation of an edge: its node, and a number that differs for each edge of that node.
/// Command numbers start at 1 in each incarnation.
struct edge_id {
  node_id node;
  std::uint64_t incarnation = 0;
  friend bool operator==(const edge_id&, const edge_id&) = default;
};

/// A channel of a topic, unique in the cluster. A connection id alone is unique only on its node.
struct member_id {
  node_id node;
  connection_id connection;
  friend bool operator==(const member_id&, const member_id&) = default;
};

/// Identifies a command; its answer repeats it.
struct command_id {
  edge_id edge;
  std::uint64_t number = 0;  ///< 1, 2, 3 … for this edge; query: its own id; others: 0
  connection_id member;      ///< its sender; fetch: receives the events; 0: the API, or all members
  member_id sender() const { return {edge.node, member}; }
  friend bool operator==(const command_id&, const command_id&) = default;
};

}  // namespace roost::cluster
