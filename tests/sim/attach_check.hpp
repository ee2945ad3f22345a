// SPDX-License-Identifier: Apache-2.0
// Checks that edges attach at a new owner before they send it the pushes of their members.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "cluster/command.hpp"
#include "cluster/view/node_link.hpp"
#include "config/base/ids.hpp"
#include "tests/promises/findings.hpp"

namespace roost::sim {

/// An edge names an owner in a push only behind an attach, or its members' joins, that name this
/// owner. Only for links that have not broken since the owner began, because a break may lose the
/// attach. Owns: the edges and the owners that it has seen. Runs on: the simulation's thread. Ends:
/// with the simulation.
class attach_check {
 public:
  explicit attach_check(promises::findings& found) : found_(found) {}
  /// A node has stored its marker.
  void owner_began(node_id node, std::uint64_t ownership);
  /// Call before a frame is lost or carried.
  void sent(const cluster::link_frame& frame);

 private:
  struct link {
    std::uint64_t incarnation = 0;
    std::uint64_t owners_before = 0;  // its first frame
  };
  void sent(const link& over, node_id to, const cluster::command& command);

  promises::findings& found_;
  std::uint64_t owners_ = 0;
  std::map<std::pair<node_id, std::uint64_t>, std::uint64_t> began_;  // numbered, by ownership
  std::map<std::pair<node_id, node_id>, link> links_;                 // by sender and receiver
  /// The node and incarnation of each edge that has attached, with the ownership.
  std::set<std::tuple<node_id, std::uint64_t, std::uint64_t>> attached_;
};

}  // namespace roost::sim
