// SPDX-License-Identifier: Apache-2.0
// The messages between the rooms of a node and the actors of its shards.
#pragma once

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

// To the actor of a shard:

/// From a room registry: read the stored state of a room. Answered with a loaded_room.
struct load_room {
  roost::topic topic;
  /// Durability `snapshot`: the shard stores the room again before anybody may use it.
  bool stores_first = false;
};

/// From a room: store these records after its earlier ones. Answered with records_stored.
struct append_records {
  caf::actor room;
  std::uint64_t ticket = 0;                  ///< 1, 2, 3, … for this actor
  std::vector<cluster::log_record> records;  ///< at least one
};

/// A room's answer to capture_room: its state, which contains the records up to this ticket and no
/// other. Answered with snapshot_stored once it is stored.
struct captured_room {
  caf::actor room;
  std::uint64_t ticket = 0;
  cluster::room_snapshot state;  ///< `log` and `covered` are the shard's to set
};

/// From a room that nobody uses: capture it as soon as it may be stored.
struct store_soon {
  roost::topic topic;
};

/// From a room or its registry: a room that was loaded has ended, and everything of it is stored.
struct drop_room {
  roost::topic topic;
};

/// From a store, through an answer_gate: the answer to a request.
struct store_answer {
  std::uint64_t request = 0;
  cluster::log_answer answer;
};

// In a cluster, from the node to the actor of a shard:

/// The part of the current plan that concerns the shard; replaces earlier orders.
struct shard_orders {
  bool takes = false;  ///< take it over, with retries until it is served
  node_id gives_to;    ///< give it to this node; 0: keep it
  std::shared_ptr<const cluster::other_nodes> others;  ///< never null
};

/// The connection to the store broke: send nothing until verify_shard.
struct suspend_shard {};

/// Verify in the log that this node still owns the shard, before anything else is sent. Idempotent.
struct verify_shard {};

/// The greatest ownership of the shard that this node has heard of.
struct known_ownership {
  std::uint64_t ownership = 0;
};

/// To itself: look for due work.
struct shard_poll {};

// From it:

/// The stored state of a room, for the registry that asked.
struct loaded_room {
  roost::topic topic;
  errc why = errc::none;      ///< not none: it cannot be read; all below is empty
  bool is_owned = true;       ///< false: because this node does not own the shard
  cluster::room_epoch of;     ///< the epoch of the shard, in which the room continues
  bool stores_first = false;  ///< it must be captured and stored before it takes commands
  /// The newest ownerships of the shard, oldest first.
  std::shared_ptr<const std::vector<cluster::log_entries::epochs::entry>> epochs = {};
  std::optional<cluster::room_snapshot> state = {};
  std::vector<cluster::log_record> records = {};  ///< those that `state` does not cover
  bool is_attaching = false;  ///< edges may still attach, or their attaches wait for the room
  std::uint64_t load = 0;     ///< the registry's count of loads so far
  bool is_stored() const { return state || !records.empty(); }
};

/// To a room: its records up to this ticket are stored.
struct records_stored {
  std::uint64_t ticket = 0;
};

/// To a room: send a captured_room.
struct capture_room {};

/// To a room: the state that it captured with this ticket is stored.
struct snapshot_stored {
  std::uint64_t ticket = 0;
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::load_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::append_records)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::captured_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::store_soon)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::drop_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::store_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::shard_orders)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::suspend_shard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::verify_shard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::known_ownership)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::shard_poll)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::records_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::capture_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::snapshot_stored)
