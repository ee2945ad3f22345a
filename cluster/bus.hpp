// The seam between edges and owners: carries envelopes, on one node or between many.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "cluster/envelope.hpp"

namespace roost::cluster {

/// Takes what the bus brings. Called on any thread; must not block.
class bus_handler {
 public:
  virtual ~bus_handler() = default;
  /// For the owner of the topic: please do.
  virtual void command_arrived(const command& what) = 0;
  /// For this node's edge of the topic: this happened, or this is the owner's answer.
  virtual void event_arrived(const event& what) = 0;
};

/// Promises, for every bus (tests/cluster/bus_contract.hpp holds each to them):
/// 1. Commands of one edge for one topic arrive in the order published; so do events of one topic.
/// 2. An event reaches a node that has subscribed to its topic before the event was published.
/// 3. Nothing arrives for a topic after unsubscribe() has returned on the same thread.
/// 4. publish never blocks and never calls the handler of another thread's caller in between.
/// A bus may lose; it never invents, and never alters an envelope.
class bus {
 public:
  virtual ~bus() = default;
  virtual result<void> publish(const command& what) = 0;
  virtual result<void> publish(const event& what) = 0;
  virtual void subscribe(const topic& where) = 0;
  virtual void unsubscribe(const topic& where) = 0;
};

}  // namespace roost::cluster
