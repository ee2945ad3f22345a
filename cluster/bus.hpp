// SPDX-License-Identifier: Apache-2.0
// The interface of the bus, which carries envelopes between edges and owners.
#pragma once

#include <cstdint>
#include <span>

#include "cluster/envelope.hpp"
#include "cluster/shard.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// The node that announces a shard with the greatest ownership.
struct announced_owner {
  node_id node;                 ///< 0: nobody announces the shard now
  std::uint64_t ownership = 0;  ///< the greatest known; 0: none, or the shard never changes owners
  friend bool operator==(const announced_owner&, const announced_owner&) = default;
};

/// Receives envelopes and reports from the bus. Called on any thread; must not block, must not
/// throw, and may call the bus.
class bus_handler {
 public:
  virtual ~bus_handler() = default;
  /// A command for the owner of the topic, which is this node.
  virtual void command_arrived(command&& command) = 0;
  /// An event of the room, or the owner's answer; for this node's edge of the topic.
  virtual void event_arrived(const event_ptr& event) = 0;
  /// Envelopes from and to `node` may have been lost: edges whose owner is `node` attach again and
  /// resend unanswered commands. `has_left`: the node is no longer in the view, so its members
  /// leave the rooms of this node.
  virtual void link_broke(node_id node, bool has_left) = 0;
  /// A shard has a new owner, perhaps this node, or none (node 0). The edges of the shard attach
  /// there, and then the node calls bus::finish_attaching().
  virtual void owner_changed(shard_id shard, const announced_owner& now) = 0;
  /// The edges of every node have attached to this node's shard, or their time is over.
  virtual void attaching_finished(shard_id shard, std::uint64_t ownership) = 0;
};

/// Carries envelopes between edges and owners, on one node or between nodes. It guarantees, and
/// tests/cluster/bus_contract.hpp checks for every bus:
/// 1. Commands of one edge for one topic arrive in the order published; so do the events of one
///    topic at one node. No envelope arrives twice.
/// 2. A command goes to the node that announces the topic's shard with the greatest ownership. It
///    arrives only if that node still announces the ownership that the command names.
/// 3. An event goes to the nodes that are named, and to no other.
/// 4. Commands may be lost silently while owners change: edges resend them after a while. Any other
///    envelope that is lost breaks the link between its nodes, and both nodes hear link_broke() at
///    once or when they are connected again. An envelope that is published after the report is not
///    lost because of an earlier fault. A node has no link with itself, and loses nothing there.
/// 5. Every node hears of a new owner before it gets an event of that ownership. owner_of() never
///    goes back: when owner_changed() is called it already gives that owner or a later one.
/// 6. attaching_finished() is called once for each ownership of this node, when all nodes of the
///    view have called finish_attaching() for it, and after the attaches that they published
///    before. The wait for a node ends when it has sent no attach for 2 × gone_ms, and for all
///    nodes 10 × gone_ms after this node took the shard. is_attaching() is false from then on.
/// 7. No envelope is altered or invented.
/// publish() never blocks, and may call the handler. Thread-safe.
class bus {
 public:
  virtual ~bus() = default;
  /// errc::unavailable: no node announces the ownership that the command names; it is dropped.
  /// errc::payload_too_large: the envelope is too large for this bus.
  virtual result<void> publish(command&& command) = 0;
  /// Nodes that are not in the view are skipped. errc::payload_too_large: as above.
  virtual result<void> publish(const event_ptr& event, std::span<const node_id> nodes) = 0;

  virtual shard_id shard_of(const topic& topic) const = 0;
  /// The number of shards: each id is below it.
  virtual std::uint32_t shards() const = 0;
  virtual announced_owner owner_of(shard_id shard) const = 0;
  /// This node's edges of the shard have published their attaches for this ownership. A node
  /// without edges calls it at once. A call for another ownership than the current one is ignored.
  virtual void finish_attaching(shard_id shard, std::uint64_t ownership) = 0;
  /// Whether this node owns the shard and waits for edges that may still attach.
  virtual bool is_attaching(shard_id shard) const = 0;
  /// False: this is the only node and always will be, so nothing is lost and no owner changes.
  /// Otherwise edges keep the members and commands that they need to attach and resend.
  virtual bool may_lose() const = 0;
};

}  // namespace roost::cluster
