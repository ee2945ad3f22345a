// SPDX-License-Identifier: Apache-2.0
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
#include "actors/room/room_actor.hpp"
#include "actors/room/topic_index.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "cluster/envelope.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

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
class room_registry final : public room_lifecycle {
 public:
  /// `home`: the loop of the rooms. `empty`: the empty rooms of the whole node; must outlive this.
  room_registry(const room_dependencies& shared, loop_unit& home, empty_rooms& empty)
      : shared_(shared), home_(home), empty_(empty) {}
  /// Sends a command to the topic's room and starts the room if there is none (a query starts
  /// none). If the node has limits.rooms_max rooms, the room that has been empty longest is
  /// evicted; if no room is empty, the registry answers the command itself: a join is refused with
  /// "unavailable".
  void dispatch(cluster::command&& command);
  /// The rooms that match and come after the topic `after`, sorted by topic: at most `max`.
  std::vector<room_summary> list(std::string_view match, std::string_view after,
                                 std::size_t max) const;
  void opened(const topic& topic, const room& room) override;
  bool remove_if_done(const topic& topic, std::uint64_t taken) override;
  void emptied(const topic& topic) override;
  void occupied(const topic& topic) override;
  bool is_leaving(const topic& topic) const override;
  /// Notifies every room that its rule may have changed.
  void rules_changed();
  void end_all();

 private:
  struct owner {
    explicit owner(caf::actor made) : room(std::move(made)) {}
    caf::actor room;
    std::uint64_t dispatched = 0;         ///< commands sent to it
    const actors::room* state = nullptr;  ///< null until the actor runs
    empty_room empty;                     ///< its entry in the list of empty rooms
  };
  bool has_space();
  void refuse(const cluster::command& command, errc why);
  template <class Kind>
  void answer(const cluster::command& command, Kind kind);

  const room_dependencies& shared_;
  loop_unit& home_;
  empty_rooms& empty_;
  std::unordered_map<topic, owner> owners_;
  topic_index<> by_name_;  ///< the same rooms, sorted
  bool is_ended_ = false;
};

}  // namespace roost::actors
