// The owners of one loop by topic.
#pragma once

#include <caf/actor.hpp>
#include <cstdint>
#include <unordered_map>

#include "cluster/envelope.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

struct node_context;

/// Owns: the rooms' actors. Runs on: its loop. Ends: end_all(), when the node stops.
class room_table {
 public:
  explicit room_table(node_context& node) : node_(node) {}
  /// Gives a command to the topic's owner, which it makes if there is none. Where the node has
  /// limits.rooms_max rooms already, it answers the command itself: a join is "unavailable".
  void give(cluster::command what);
  /// The room has taken `taken` commands and wants to end. False: more are on their way to it.
  bool forget(const topic& where, std::uint64_t taken);
  /// Tells every owner.
  void rules_changed();
  void end_all();

 private:
  struct owner {
    caf::actor room;
    std::uint64_t given = 0;  ///< commands sent to it
  };
  bool is_full() const;
  void refuse(const cluster::command& what, errc why);

  node_context& node_;
  std::unordered_map<topic, owner> owners_;
  bool is_ended_ = false;
};

}  // namespace roost::actors
