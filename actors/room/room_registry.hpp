// SPDX-License-Identifier: Apache-2.0
// The registry of the rooms on one loop, by topic.
#pragma once

#include <caf/actor.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/messages/shard_messages.hpp"
#include "actors/room/empty_rooms.hpp"
#include "actors/room/room_actor.hpp"
#include "actors/room/topic_index.hpp"
#include "actors/room/waiting_commands.hpp"
#include "actors/rules/compiled_rule.hpp"
#include "actors/runtime/fifo.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"
#include "net/loop/timer_wheel.hpp"

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
/// Owns: the rooms' actors, and the commands that wait for rooms to be loaded. Runs on: its loop.
/// Ends: end_all(), when the node stops.
///
/// A room of a durable topic starts when its shard has answered with the stored state. Until then
/// its commands wait; if the store cannot be read, or if they are too many or wait too long, they
/// are answered "unavailable". After a failed read the next command loads the room again.
class room_registry final : public room_lifecycle {
 public:
  /// `home`: the loop of the rooms. `empty`: the empty rooms of the whole node; must outlive this.
  room_registry(const room_dependencies& shared, loop_unit& home, empty_rooms& empty);
  /// Sends a command to the topic's room and starts the room if there is none (a query starts
  /// none). If the node has limits.rooms_max rooms, the room that has been empty longest is
  /// evicted; if no room is empty, the registry answers the command itself: a join is refused with
  /// "unavailable". A room that continues at this new owner is started even above the limit,
  /// because its members would otherwise get nothing.
  void dispatch(cluster::command&& command);
  /// The shard's answer to a load_room.
  void loaded(loaded_room&& stored);
  /// The shard wants a snapshot of a room: loads the room if it does not run, and then ends it.
  void capture(const topic& topic);
  /// Nobody has used the room for long: unless it runs, it is loaded, loses its content and ends.
  void retire(const topic& topic);
  /// Drops a room that stores first and is not ready, and loads it again.
  void reload(const topic& topic);
  /// The shard is no longer this node's: drops its rooms with all that is not acknowledged.
  void fenced(cluster::shard_id shard);
  /// A shard has a new owner: drops its rooms in memory that are of an earlier ownership.
  void drop_former(cluster::shard_id shard, std::uint64_t ownership);
  /// The edges of all nodes have attached to this node's shard.
  void attaching_finished(cluster::shard_id shard, std::uint64_t ownership);
  /// A node has left the view.
  void node_left(node_id node);
  /// The rooms that match and come after the topic `after`, sorted by topic: at most `max`.
  std::vector<room_summary> list(std::string_view match, std::string_view after,
                                 std::size_t max) const;
  void opened(const topic& topic, const room& room) override;
  void ready(const topic& topic) override;
  bool remove_if_done(const topic& topic, std::uint64_t taken) override;
  void emptied(const topic& topic) override;
  void occupied(const topic& topic) override;
  bool is_leaving(const topic& topic) const override;
  /// Notifies every room that its rule may have changed.
  void rules_changed();
  /// Ends the durable rooms; first stores the state that is only in memory.
  void store_all();
  void end_all();

 private:
  struct load {
    load(std::shared_ptr<const compiled_rule> of, std::size_t& loop_bytes, std::size_t bytes_max)
        : rule(std::move(of)), commands(loop_bytes, bytes_max) {}
    std::shared_ptr<const compiled_rule> rule;
    waiting_commands commands;
    time_point deadline;       ///< of the commands
    bool is_captured = false;  ///< a checkpoint needs a snapshot
    bool is_retired = false;   ///< loses its content, unless a command comes
  };
  struct deadline {
    time_point at;
    roost::topic topic;
  };
  struct deadline_timer final : net::timer_node {
    explicit deadline_timer(room_registry& of) : owner(of) {}
    void expired() override { owner.check_deadlines(); }
    room_registry& owner;
  };
  struct owner {
    caf::actor room;                      ///< null while the room is loaded
    std::unique_ptr<load> loading;        ///< until the room takes commands; null in memory
    shard_port* shard = nullptr;          ///< null: the room is in memory
    std::uint64_t dispatched = 0;         ///< commands sent to it
    const actors::room* state = nullptr;  ///< null until the actor runs
    empty_room empty;                     ///< its entry in the list of empty rooms
  };
  using owners = std::unordered_map<topic, owner>;
  owners::iterator start(const cluster::command& command);
  owners::iterator add(const topic& topic);
  owners::iterator add_loading(const topic& topic);
  void begin_load(owners::iterator at);
  void wait(owners::iterator at, cluster::command&& command);
  void refuse_waiting(load& loading);
  void check_deadlines();
  void send(owner& to, cluster::command&& command);
  void remove(owners::iterator at);
  bool has_space();
  void refuse(const cluster::command& command, errc why, errc why_push = errc::unmatched_topic);
  void answer_not_found(const cluster::command& query);
  void answer(const cluster::command& command, decltype(cluster::event::body) kind);
  static bool is_query(const cluster::command& command);
  static bool needs_room(const cluster::command& command);
  bool is_stale(const cluster::command& command) const;
  bool is_attaching(const topic& topic, std::uint64_t ownership) const;

  const room_dependencies& shared_;
  loop_unit& home_;
  empty_rooms& empty_;
  std::size_t waiting_bytes_ = 0;  ///< of the commands that wait for rooms; outlives owners_
  std::size_t waiting_bytes_max_;
  owners owners_;
  std::map<cluster::shard_id, std::uint64_t> attaching_;  ///< ownerships, until it ends
  std::uint64_t loads_ = 0;  ///< loads and starts; at least an ended room's crash count
  fifo<deadline> deadlines_;
  deadline_timer deadline_timer_{*this};
  topic_index<> by_name_;  ///< the same rooms, sorted
  bool is_ended_ = false;
};

}  // namespace roost::actors
