// SPDX-License-Identifier: Apache-2.0
// The network between the nodes of a cluster, as the links use it.
#pragma once

#include <cstddef>
#include <cstdint>

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

/// Counts what passes a network, and what does not, by cause.
struct network_counts {
  std::uint64_t frames_sent = 0;
  std::uint64_t frame_bytes_sent = 0;
  std::uint64_t frames_too_large = 0;  ///< refused: above the server's bound of a message
  std::uint64_t frames_refused = 0;    ///< not connected, or too much is unsent
  std::uint64_t frames_received = 0;
  std::uint64_t frame_bytes_received = 0;
  std::uint64_t frames_dropped = 0;  ///< they arrived, and the queue was full
  std::uint64_t overruns = 0;        ///< times that the queue became too full
  std::uint64_t heartbeats_sent = 0;
  std::uint64_t heartbeats_refused = 0;
  std::uint64_t heartbeats_received = 0;
  std::uint64_t heartbeats_dropped = 0;  ///< they arrived, and newer ones took their place
  std::uint64_t foreign = 0;             ///< messages whose subject no node uses
  std::uint64_t reconnects = 0;          ///< of the connection of the frames
  std::uint64_t heartbeat_reconnects = 0;
  std::size_t unsent_bytes = 0;  ///< at present, with the requests of the stores
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
  /// All zero: the network does not count. Any thread.
  virtual network_counts counts() const { return {}; }
};

}  // namespace roost::cluster
