// SPDX-License-Identifier: Apache-2.0
// Checks that no link between nodes goes on behind a frame that was lost.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "cluster/view/node_link.hpp"
#include "config/base/ids.hpp"
#include "tests/promises/findings.hpp"

namespace roost::sim {

/// A node that has taken a frame behind a missing one begins a new incarnation of its end of the
/// link: no later frame of it to the sender names the same two incarnations. Owns: the last frame
/// of each direction. Runs on: the simulation's thread. Ends: with the simulation.
class link_check {
 public:
  /// The fields of a frame that the check needs.
  struct header {
    node_id from;
    node_id to;
    std::uint64_t incarnation = 0;
    std::uint64_t peer_incarnation = 0;
    std::uint64_t number = 0;
  };
  explicit link_check(promises::findings& found) : found_(found) {}
  static header header_of(const cluster::link_frame& frame);
  /// Call before a frame is lost or carried.
  void sent(const header& frame);
  /// Call after the receiver has taken the frame. Frames of one direction come in order.
  void taken(const header& frame);

 private:
  struct direction {
    std::uint64_t incarnation = 0;
    std::uint64_t peer_incarnation = 0;
    std::uint64_t last = 0;  // of the frames without a gap
    bool is_behind_gap = false;
  };

  promises::findings& found_;
  std::map<std::pair<node_id, node_id>, direction> directions_;  // by sender and receiver
};

}  // namespace roost::sim
