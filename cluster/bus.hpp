// SPDX-License-Identifier: Apache-2.0
// The interface of the bus, which carries envelopes between edges and owners.
#pragma once

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Receives envelopes from the bus. Called on any thread; must not block and must not throw.
class bus_handler {
 public:
  virtual ~bus_handler() = default;
  /// A command for the owner of the topic.
  virtual void command_arrived(command&& command) = 0;
  /// An event of the room, or the owner's answer; for this node's edge of the topic.
  virtual void event_arrived(const event_ptr& event) = 0;
};

/// Carries envelopes between edges and owners, on one node or between nodes. It guarantees, and
/// tests/cluster/bus_contract.hpp checks for every bus:
/// 1. Commands of one edge for one topic arrive in the order published; so do the events of one
///    topic at one node.
/// 2. An event reaches each node that subscribed to its topic before it was published.
/// 3. A node receives no event of a topic that it unsubscribed from before the publish.
/// 4. A bus may lose envelopes (see may_lose()), but it never alters or invents one.
/// 5. Subscriptions are counted: a topic subscribed twice needs two calls of unsubscribe().
/// publish() never blocks. Thread-safe.
class bus {
 public:
  virtual ~bus() = default;
  virtual result<void> publish(command&& command) = 0;
  virtual result<void> publish(const event_ptr& event) = 0;
  virtual void subscribe(const topic& topic) = 0;
  virtual void unsubscribe(const topic& topic) = 0;
  /// Whether envelopes may be lost. If so, edges resend unanswered commands, and owners publish
  /// their head from time to time.
  virtual bool may_lose() const = 0;
};

}  // namespace roost::cluster
