// SPDX-License-Identifier: Apache-2.0
// The messages to rooms and edges from the bus, their node and themselves.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>

#include "cluster/bus.hpp"
#include "cluster/envelope.hpp"

namespace roost::actors {

/// From an edge to itself: answer or resend the requests that have waited too long.
struct edge_tick {};

/// From an edge to itself: send the batch that was collected for batch_ms.
struct batch_due {};

/// From a room to itself: a timer has expired.
struct room_tick {
  std::uint64_t number = 0;
};

/// From the edge registry to an edge: its last user has released it; end when nothing is pending.
struct edge_retired {};

/// From a room to itself: the circuit breaker that stopped it for crashing too often has timed out.
struct circuit_half_open {};

/// From a room to itself: end if no member has joined since the room became empty.
struct expire_if_empty {
  std::uint64_t emptied = 0;  ///< how often the room had become empty when the timer was set
};

/// To a room: evict it if it is still empty; the node has too many empty rooms or too much history.
struct evict_if_empty {};

/// To a room that was loaded for this: remove its content, because it is unused for long.
struct retire_room {};

/// From a room of durability `snapshot` to itself: store it, if it has changed since.
struct snapshot_due {};

/// To a durable room whose node stops: store the state that is only in memory, then end.
struct store_and_end {};

/// To a room of a new owner: the edges of all nodes have attached, or their time is over.
struct all_attached {
  std::uint64_t ownership = 0;
};

/// To a room: a node has left the view, and its members with it.
struct node_has_left {
  node_id node;
};

/// To an edge: a shard has a new owner. Each edge holds `round` until it has attached; when the
/// last one releases it, the node has finished attaching.
struct shard_has_owner {
  cluster::shard_id shard;
  cluster::announced_owner now;
  std::shared_ptr<const void> round;
};

/// To an edge: envelopes from and to this node may be lost. `round`: as above.
struct link_is_broken {
  node_id node;
  std::shared_ptr<const void> round;
};

/// To an edge: it is its turn to attach. `number`: of its request for a turn.
struct attach_turn {
  std::uint32_t number = 0;
};

/// To rooms and edges: the rules of rooms have changed.
struct rules_changed {};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::batch_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::room_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::circuit_half_open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::edge_retired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::expire_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::evict_if_empty)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::retire_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::snapshot_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::store_and_end)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::rules_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::all_attached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::node_has_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::shard_has_owner)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::link_is_broken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::attach_turn)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::cluster::event_ptr)
