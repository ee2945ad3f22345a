// SPDX-License-Identifier: Apache-2.0
// Hands what arrives on the threads of connections over to the thread of a node's links.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "cluster/links/node_network.hpp"
#include "cluster/nats/frame_queue.hpp"
#include "cluster/nats/heartbeat_queue.hpp"
#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// The thread of a node's links, from the view of its network.
struct home_thread {
  /// Runs it on that thread, never within the call. Any thread calls it, until the network has
  /// ended.
  std::function<void(std::function<void()>)> post;
  std::function<time_point()> now;  ///< called on that thread
};

struct inbox_limits {
  std::size_t frame_bytes_max = 16U << 20U;         ///< of frames that wait; see frame_queue
  std::size_t heartbeat_bytes_max = 4U << 20U;      ///< of heartbeats that wait
  std::size_t heartbeats_of_node_max = 8;           ///< that wait; see heartbeat_queue
  std::size_t handed_over_bytes_max = 256U << 10U;  ///< of frames in one go, if there are several
};

/// While something waits, one delivery is posted: heartbeats first, then some of what the other
/// connection has brought, in its order. Owns: what waits. Runs on: any thread; the handler is
/// called on the home thread. Ends: with the last delivery; after close() it drops everything.
class network_inbox : public std::enable_shared_from_this<network_inbox> {
 public:
  network_inbox(home_thread home, network_handler& handler, const inbox_limits& limits);

  void push_frame(slice frame);
  void push_heartbeat(node_id from, slice heartbeat);
  /// The connection of the frames was lost, or is back, behind the frames so far.
  void push_lost();
  void push_back();
  /// is_writable() of the network is true again.
  void push_writable();
  /// After some calls of those above: posts a delivery, unless one is posted.
  void hand_over();

  /// Call on the home thread. From now on nothing is posted, and the handler is not called.
  void close();

  network_counts counts() const;
  /// Calls `add` with the counts.
  template <class Add>
  void count(Add add) {
    const std::lock_guard lock(mutex_);
    add(counts_);
  }

 private:
  struct delivery {
    std::vector<slice> heartbeats;
    std::vector<arrival> arrivals;
    bool is_writable = false;
  };
  delivery take();
  void deliver();
  void pass(const arrival& next, time_point now);

  const home_thread home_;
  const inbox_limits limits_;
  network_handler* handler_;  // only on the home thread; null after close()

  mutable std::mutex mutex_;
  frame_queue frames_;
  heartbeat_queue heartbeats_;
  bool is_writable_ = false;  // and the handler has not been told
  bool is_posted_ = false;    // a delivery is posted, or runs
  bool is_closed_ = false;
  network_counts counts_;
};

}  // namespace roost::cluster
