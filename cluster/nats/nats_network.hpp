// SPDX-License-Identifier: Apache-2.0
// The network between the nodes of a cluster, over NATS.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "cluster/links/node_network.hpp"
#include "cluster/nats/nats_connection.hpp"
#include "cluster/nats/nats_options.hpp"
#include "cluster/nats/network_inbox.hpp"
#include "cluster/nats/subjects.hpp"
#include "config/base/bytes.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// A frame to each other node: 64 nodes, each frame of 512 KB at most.
inline constexpr std::size_t frame_room_bytes = 64 * (512U << 10U);

/// The options of a node's two connections, of those that they have in common. The first one has
/// frame_room_bytes besides the requests, so that a full connection refuses no frame that the links
/// send in one iteration: is_writable() is asked before it.
nats_options main_options(nats_options common, const subjects& names, node_id self);
nats_options heartbeat_options(nats_options common, const subjects& names);

/// Bulk on the first one does not delay what the second one carries.
struct network_connections {
  nats_connection& main;        ///< for frames, with main_options(); stores may share it
  nats_connection& heartbeats;  ///< with heartbeat_options()
};

struct network_limits {
  /// While more is unsent on the main connection, also of the stores, no frame is taken. What is
  /// unsent delays the appends behind it.
  std::size_t unsent_bytes_max = 512U << 10U;
  inbox_limits inbox;
};

class frame_listener;

/// Frames go to the subject of their node, heartbeats to that of their sender, which all nodes
/// receive. The handler hears of the connection that frames use; heartbeats are only counted.
///
/// Bounds: network_limits, and those of the connections. Frames that arrive above them are dropped
/// as if the connection had broken and come back. Owns: what has arrived and waits for the home
/// thread. Runs on: the home thread; counts() on any. Ends: any time, before the connections.
class nats_network final : public node_network {
 public:
  /// `self`: the id in main_options(). It replaces the listeners of both connections.
  nats_network(const network_connections& connections, subjects names, node_id self,
               home_thread home, network_handler& handler, const network_limits& limits = {});
  nats_network(const nats_network&) = delete;
  nats_network& operator=(const nats_network&) = delete;
  ~nats_network() override;

  void publish_heartbeat(const slice& heartbeat) override;
  bool is_writable() const override;
  bool send_frame(node_id to, const slice& frame) override;

  network_counts counts() const override;

 private:
  const network_connections connections_;
  const subjects names_;
  const std::string heartbeat_subject_;
  const std::shared_ptr<network_inbox> inbox_;
  const std::shared_ptr<frame_listener> frames_;
};

}  // namespace roost::cluster
