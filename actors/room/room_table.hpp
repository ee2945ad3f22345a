// The owners of one loop by topic.
#pragma once

#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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
  explicit room_table(node_context& node) : node_(node) {}
  /// Gives a command to the topic's owner, which it makes if there is none; but not for a look.
  /// Where the node has limits.rooms_max rooms already, it answers the command itself: a join is
  /// "unavailable".
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
  /// Asks rooms that have been empty longest to end, until so many bytes of history are on their
  /// way out. False: there are none on this loop, or none that would be enough.
  bool make_way(std::int64_t excess);
  /// A room that was asked to make way has ended, or has not.
  void answered(const topic& where);
  /// Tells every owner.
  void rules_changed();
  void end_all();

 private:
  struct owner {
    caf::actor room;
    std::uint64_t given = 0;                                   ///< commands sent to it
    const room_state* under = nullptr;                         ///< null until it runs
    std::int64_t leaving = 0;                                  ///< bytes that it was asked for
    std::optional<std::list<const topic*>::iterator> empty{};  ///< its place in that list
  };
  bool is_full() const;
  void refuse(const cluster::command& what, errc why);
  void say_absent(const cluster::command& asked);

  node_context& node_;
  std::unordered_map<topic, owner> owners_;
  topic_index<> by_name_;          ///< of the same rooms
  std::list<const topic*> empty_;  ///< rooms without members, those that are so longest first
  std::int64_t leaving_ = 0;       ///< bytes of rooms that were asked to make way
  bool is_ended_ = false;
};

}  // namespace roost::actors
