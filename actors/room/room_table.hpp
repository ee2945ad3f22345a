// The registry of the rooms on one loop, by topic.
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
struct room_summary {
  roost::topic topic;
  std::string kind;
  std::string epoch_text;
  offset at;
  std::size_t members = 0;
};

/// Starts, finds and removes the room actors of one loop.
/// Owns: the rooms' actors. Runs on: its loop. Ends: end_all(), when the node stops.
class room_registry {
 public:
  using room_state = actors::room;
  /// `empty`: the empty rooms of the whole node; must outlive this table.
  room_registry(node_context& node, empty_rooms& empty) : node_(node), empty_(empty) {}
  /// Sends a command to the topic's room and starts the room if there is none (a query starts
  /// none). If the node has limits.rooms_max rooms, the room that has been empty longest is
  /// evicted; if no room is empty, the table answers the command itself: a join is refused with
  /// "unavailable".
  void give(cluster::command&& command);
  /// A room has started: list() reads `under` until forget() or end_all().
  void opened(const topic& topic, const room_state& under);
  /// At most `most` rooms, sorted by topic: those after `after` that match.
  std::vector<room_summary> list(std::string_view match, std::string_view after,
                                 std::size_t max) const;
  /// Removes a room that wants to end after `taken` commands. False: more are on their way to it.
  bool forget(const topic& topic, std::uint64_t taken);
  /// The room became empty, or has members again.
  void emptied(const topic& topic);
  void occupied(const topic& topic);
  /// Whether the room was asked to make way and has stayed empty since.
  bool is_leaving(const topic& topic) const;
  empty_rooms& empty() { return empty_; }
  /// Tells every room that its rule may have changed.
  void rules_changed();
  void end_all();

 private:
  struct owner {
    explicit owner(caf::actor made) : room(std::move(made)) {}
    caf::actor room;
    std::uint64_t given = 0;            ///< commands sent to it
    const room_state* under = nullptr;  ///< null until the actor runs
    empty_room empty;                   ///< its entry in the list of empty rooms
  };
  bool has_space();
  void refuse(const cluster::command& command, errc why);
  void say_absent(const cluster::command& asked);

  node_context& node_;
  empty_rooms& empty_;
  std::unordered_map<topic, owner> owners_;
  topic_index<> by_name_;  ///< the same rooms, sorted
  bool is_ended_ = false;
};

}  // namespace roost::actors
