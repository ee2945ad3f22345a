// SPDX-License-Identifier: Apache-2.0
// The commands of an edge while it attaches, sent in pieces. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "actors/runtime/fifo.hpp"
#include "cluster/command.hpp"

namespace roost::actors {

/// Holds commands back until the owner has answered those before them, so that an edge with many
/// members does not fill the link with its owner.
/// Owns: the commands that are held. Runs on: its edge's loop. Ends: when its edge has attached.
class paced_commands {
 public:
  /// Bytes of the commands that are sent before the owner has answered any. A larger one goes
  /// alone.
  static constexpr std::size_t piece_bytes_max = 262'144;

  /// Appends the commands to those that are held.
  void add(std::vector<cluster::command>& made);
  /// The owner has answered a part of the attach.
  void part_answered() {
    if (parts_waiting_ > 0) --parts_waiting_;
  }
  /// The commands to publish now, in order. `first_unanswered`: the number of the edge's first
  /// command without an answer; 0: there is none.
  std::vector<cluster::command> take(std::uint64_t first_unanswered);
  bool empty() const { return held_.empty(); }

 private:
  fifo<cluster::command> held_;
  std::size_t piece_bytes_ = 0;
  std::size_t parts_waiting_ = 0;  // unanswered parts of the attach in the current piece
  std::uint64_t last_number_ = 0;  // in the current piece; 0: none
};

}  // namespace roost::actors
