// SPDX-License-Identifier: Apache-2.0
// The interface through which the shards of a node answer its rooms.
#pragma once

#include <caf/actor.hpp>
#include <utility>
#include <vector>

#include "actors/messages/shard_messages.hpp"
#include "cluster/shard.hpp"

namespace roost::actors {

/// The rooms of a node, for its shards. Calls of one shard take effect in order.
/// Owns: nothing. Runs on: any thread. Ends: after the actors of the shards.
class shard_listener {
 public:
  /// Acknowledgements to rooms of one loop.
  using acknowledgements = std::vector<std::pair<caf::actor, records_stored>>;

  virtual ~shard_listener() = default;
  /// The answer to a load_room.
  virtual void loaded(loaded_room&& stored) = 0;
  /// One call for each loop and burst.
  virtual void stored(loop_id home, acknowledgements&& all) = 0;
  /// A checkpoint needs a captured_room of this room, which may not run at present.
  virtual void capture(const topic& topic) = 0;
  /// Nobody has used the room for long: remove its content, unless it runs.
  virtual void retire(const topic& topic) = 0;
  /// Drop the room, which stores first and was not used yet, and load it again.
  virtual void reload(const topic& topic) = 0;
  /// The shard is not this node's any more: drop all of its rooms.
  virtual void fenced(cluster::shard_id shard) = 0;
};

}  // namespace roost::actors
