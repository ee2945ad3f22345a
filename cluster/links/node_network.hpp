// SPDX-License-Identifier: Apache-2.0
// The network between the nodes of a cluster, as the links use it.
#pragma once

#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// Receives what the network brings. Called on the thread of the node's links, and never inside a
/// call of node_network. After each burst of calls that thread calls node_links::run().
class network_handler {
 public:
  virtual ~network_handler() = default;
  /// A heartbeat of any node, also of this one.
  virtual void heartbeat_arrived(const slice& heartbeat, time_point now) = 0;
  virtual void frame_arrived(const slice& frame, time_point now) = 0;
  /// Frames that were under way may be lost, in both directions. Heartbeats may go on.
  virtual void connection_lost() = 0;
  /// Frames can be sent and received again.
  virtual void connection_back() = 0;
  /// is_writable() was false, and is true again.
  virtual void became_writable() = 0;
};

/// Carries heartbeats and frames between nodes. It may lose, duplicate and delay them, but never
/// alters one. Frames from one node to another stay in order; heartbeats may overtake each other
/// and frames. No call blocks, and everything that waits has a bound: what exceeds it is dropped.
/// Runs on: the thread of the node's links.
class node_network {
 public:
  virtual ~node_network() = default;
  /// To every node, also back to this one, which shows that the network works.
  virtual void publish_heartbeat(const slice& heartbeat) = 0;
  /// Whether the next frame will be taken. While it is false, envelopes wait in their links; the
  /// handler hears when it becomes true again.
  virtual bool is_writable() const = 0;
  /// False: the frame was dropped.
  virtual bool send_frame(node_id to, const slice& frame) = 0;
};

}  // namespace roost::cluster
