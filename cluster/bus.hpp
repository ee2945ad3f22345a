// The seam between edges and owners: carries envelopes, on one node or between many.
#pragma once

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Takes what the bus brings. Called on any thread; must not block and must not throw.
class bus_handler {
 public:
  virtual ~bus_handler() = default;
  /// For the owner of the topic: please do.
  virtual void command_arrived(command&& what) = 0;
  /// For this node's edge of the topic: this happened, or this is the owner's answer.
  virtual void event_arrived(const event_ptr& what) = 0;
};

/// Carries envelopes between edges and owners. Its promises, to which
/// tests/cluster/bus_contract.hpp holds every bus:
/// 1. Commands of one edge for one topic arrive in the order published; so do the events of one
///    topic at one node.
/// 2. An event reaches each node that subscribed to its topic before it was published.
/// 3. Nothing arrives at a node for a topic that the node has unsubscribed from before the publish.
/// 4. What arrives is what was published: a bus may lose, it never alters or invents.
/// 5. subscribe() counts: a topic subscribed twice needs two unsubscribe().
/// publish() never blocks. Thread-safe.
class bus {
 public:
  virtual ~bus() = default;
  virtual result<void> publish(command&& what) = 0;
  virtual result<void> publish(const event_ptr& what) = 0;
  virtual void subscribe(const topic& where) = 0;
  virtual void unsubscribe(const topic& where) = 0;
  /// Whether what is published may not arrive: then owners say now and then where they stand.
  virtual bool may_lose() const = 0;
};

}  // namespace roost::cluster
