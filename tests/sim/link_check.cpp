// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/link_check.hpp"

#include <string>

namespace roost::sim {

link_check::header link_check::header_of(const cluster::link_frame& frame) {
  return {frame.from, frame.to, frame.incarnation, frame.peer_incarnation, frame.number};
}

void link_check::sent(const header& frame) {
  const auto found = directions_.find({frame.to, frame.from});
  if (found == directions_.end()) return;
  const auto& is = found->second;
  const bool is_same =
      frame.incarnation == is.peer_incarnation && frame.peer_incarnation == is.incarnation;
  if (!is.is_behind_gap || !is_same) return;
  found_.broke(promises::promise::no_gap,
               "node " + std::to_string(frame.from.value) + " goes on with its link to node " +
                   std::to_string(frame.to.value) + " behind frame " + std::to_string(is.last) +
                   ", although the next one was lost");
}

/// A frame without a number only names incarnations.
void link_check::taken(const header& frame) {
  auto& is = directions_[{frame.from, frame.to}];
  const bool is_same =
      frame.incarnation == is.incarnation && frame.peer_incarnation == is.peer_incarnation;
  if (!is_same) is = {frame.incarnation, frame.peer_incarnation, 0, false};
  if (frame.number == is.last + 1) {
    is.last = frame.number;
  } else if (frame.number > is.last) {
    is.is_behind_gap = true;
  }
}

}  // namespace roost::sim
