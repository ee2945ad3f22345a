// The owners of one loop by topic.
#pragma once

#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/room/empty_rooms.hpp"
#include "actors/room/topic_index.hpp"
#include "cluster/envelope.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

struct node_context;
class room;

/// A room as the API lists it.
struct room_line {
  topic where;
  std::string kind;
  std::string epoch_text;
  offset at;
  std::size_t members = 0;
};

/// Owns: the rooms' actors. Runs on: its loop. Ends: end_all(), when the node stops.
class room_table {
 public:
  using room_state = actors::room;
  /// `empty`: those of the whole node; it must outlive this.
  room_table(node_context& node, empty_rooms& empty) : node_(node), empty_(empty) {}
  /// Gives a command to the topic's owner, which it makes if there is none; but not for a look.
  /// Where the node has limits.rooms_max rooms already, the one that has been empty longest makes
  /// way; where none is empty the table answers the command itself: a join is "unavailable".
  void give(cluster::command&& what);
  /// The topic's owner runs now: what list() reads until forget() or end_all().
  void opened(const topic& where, const room_state& under);
  /// At most `most` rooms, by topic: those whose topic is after `after` and matches.
  std::vector<room_line> list(std::string_view match, std::string_view after,
                              std::size_t most) const;
  /// The room has taken `taken` commands and wants to end. False: more are on their way to it.
  bool forget(const topic& where, std::uint64_t taken);
  /// The room has no members now, or has some again.
  void emptied(const topic& where);
  void occupied(const topic& where);
  /// The room was asked to make way and has had no members since.
  bool is_leaving(const topic& where) const;
  empty_rooms& empty() { return empty_; }
  /// Tells every owner.
  void rules_changed();
  void end_all();

 private:
  struct owner {
    explicit owner(caf::actor made) : room(std::move(made)) {}
    caf::actor room;
    std::uint64_t given = 0;            ///< commands sent to it
    const room_state* under = nullptr;  ///< null until it runs
    empty_room empty;                   ///< its place among those
  };
  bool has_space();
  void refuse(const cluster::command& what, errc why);
  void say_absent(const cluster::command& asked);

  node_context& node_;
  empty_rooms& empty_;
  std::unordered_map<topic, owner> owners_;
  topic_index<> by_name_;  ///< of the same rooms
  bool is_ended_ = false;
};

}  // namespace roost::actors
