// SPDX-License-Identifier: Apache-2.0
// The commands that wait for a room to be loaded from the store. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "cluster/command.hpp"

namespace roost::actors {

/// The commands for one room, in the order in which they came.
/// Owns: the commands. Runs on: the room's loop. Ends: when the room was loaded, or could not be.
class waiting_commands {
 public:
  static constexpr std::size_t commands_max = 1'024;
  static constexpr std::size_t bytes_max = 1'048'576;
  using commands = std::vector<cluster::command>;

  /// `loop_bytes`: bytes that wait for all rooms of the loop, at most `loop_bytes_max`; must
  /// outlive this object.
  waiting_commands(std::size_t& loop_bytes, std::size_t loop_bytes_max)
      : loop_bytes_(loop_bytes), loop_bytes_max_(loop_bytes_max) {}
  ~waiting_commands() { take(); }
  waiting_commands(const waiting_commands&) = delete;
  waiting_commands& operator=(const waiting_commands&) = delete;

  /// Whether the command fits into the bounds. An empty queue takes a command of any size.
  bool has_space_for(const cluster::command& command) const;
  void add(cluster::command&& command);
  bool empty() const { return all_.empty(); }
  /// Also true if there are none.
  bool all_of(bool (*holds)(const cluster::command&)) const {
    return std::all_of(all_.begin(), all_.end(), holds);
  }
  bool any_of(bool (*holds)(const cluster::command&)) const {
    return std::any_of(all_.begin(), all_.end(), holds);
  }
  /// Removes the commands of a node.
  void forget(node_id node);
  /// Removes all commands.
  commands take();

 private:
  std::size_t& loop_bytes_;
  std::size_t loop_bytes_max_;
  std::size_t bytes_ = 0;
  commands all_;
};

}  // namespace roost::actors
