// SPDX-License-Identifier: Apache-2.0
// The part of a durable room's actor that deals with its shard.
#pragma once

#include <caf/actor.hpp>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "actors/messages/shard_messages.hpp"
#include "actors/room/commit_queue.hpp"
#include "actors/room/room.hpp"
#include "actors/shard/shard_ports.hpp"
#include "config/base/clock.hpp"
#include "config/schema/setting_choices.hpp"
#include "net/loop/timer_wheel.hpp"

namespace roost::actors {

/// Owns: the events that wait for the store. Runs on: the room's loop. Ends: with the room's actor.
struct durable_room {
  struct due_timer final : net::timer_node {
    void expired() override { on_due(); }
    std::function<void()> on_due;
  };
  durable_room(shard_port& of, const loaded_room& stored,
               room_durability durability = room_durability::event)
      : shard(of),
        has_records(durability == room_durability::event),
        stores_first(stored.stores_first),
        has_changed(!stored.records.empty()) {}
  /// Sends records, if there are any, to the shard; later events wait for them. Without records in
  /// the log it only notes that the room has changed.
  void append(const caf::actor& self, std::vector<cluster::log_record>&& records);
  /// Sends the state of the room to the shard.
  void capture(const caf::actor& self, cluster::room_snapshot state);
  /// Lets the room end once it is stored: asks the shard to capture it, when all its records are
  /// stored.
  void end_when_stored(const topic& topic);
  /// Whether the shard lacks something of the room.
  bool must_be_stored() const { return has_changed || is_storing; }
  /// The commands that the room may apply now.
  room::admission admission() const;

  shard_port& shard;
  const bool has_records;  ///< durability `event`; else snapshots are all that is stored
  // Without records:
  milliseconds snapshot_after{};             ///< from a change to its snapshot
  std::optional<time_point> unstored_since;  ///< the first change that is not stored
  std::optional<time_point> changed_at;      ///< the first change that is in no captured state
  due_timer snapshot_timer;

  commit_queue queue;
  bool stores_first;           ///< the room takes no commands before its first snapshot is stored
  bool has_changed;            ///< since the last capture
  bool is_storing = false;     ///< a captured state is not stored yet
  bool wants_capture = false;  ///< capture again when that is stored
  bool is_asked = false;       ///< the shard will send capture_room
  bool is_last = false;        ///< the node ends: so does the room, when it is stored
  bool is_ending = false;      ///< the room ends when it is stored, unless it is used again
};

}  // namespace roost::actors
