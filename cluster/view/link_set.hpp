// SPDX-License-Identifier: Apache-2.0
// The links of one node with all others in its view. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"
#include "cluster/view/node_link.hpp"
#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// The links as they are now.
struct link_sizes {
  std::size_t linked = 0;        ///< links over which envelopes can pass
  std::size_t queued_bytes = 0;  ///< of envelopes that wait in all links
};

/// Owns: one link for each other node of the view. Runs on: one thread; flush() is called once in
/// each iteration of its loop. Ends: any time.
class link_set {
 public:
  link_set(node_id me, const link_limits& limits, const view_faults& faults)
      : me_(me), limits_(limits), faults_(faults) {}
  link_set(const link_set&) = delete;
  link_set& operator=(const link_set&) = delete;

  /// Adds a link for each new node, and removes those of nodes that left, which breaks them.
  void use(const cluster_view& view);
  /// errc::unavailable: the node is not in the view; payload_too_large: the envelope was refused.
  /// If the queue is full, or the link broke already, the envelope is dropped; take_broken() tells
  /// of the break.
  result<void> push(node_id to, slice envelope);
  /// The frames to send now, at most one to each node.
  std::vector<link_frame> flush();
  /// The envelopes of a frame that counts, in order.
  std::vector<slice> receive(link_frame&& frame);
  /// A heartbeat that membership has accepted.
  void hear(const heartbeat& heard, time_point now);
  /// Breaks links whose last frame is missing for `timeout`.
  void step(time_point now, milliseconds timeout);
  /// The connection of the frames was lost: both ends may have lost frames.
  void break_all();
  /// Something between this node and this peer was lost outside of the link.
  void break_link(node_id peer);

  /// The nodes whose link broke since the last call. An edge whose owner is there attaches again.
  std::vector<node_id> take_broken();
  /// Whether take_broken() would name this peer.
  bool is_broken(node_id peer) const;
  /// Only those of them that are not in the view; take_broken() does not name them again.
  std::vector<node_id> take_left();
  /// Whether envelopes wait that flush() can send.
  bool has_unsent() const;
  /// Adds this node's ends to its heartbeat.
  void announce_in(heartbeat& out) const;
  const link_counts& counts() const { return counts_; }
  link_sizes sizes() const;

 private:
  node_id me_;
  link_limits limits_;
  view_faults faults_;
  link_counts counts_;
  std::uint64_t serial_ = 0;
  std::map<node_id, node_link> links_;
  std::set<node_id> removed_;  // since their break was taken; some may be back
};

}  // namespace roost::cluster
