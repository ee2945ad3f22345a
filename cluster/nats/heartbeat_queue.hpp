// SPDX-License-Identifier: Apache-2.0
// The heartbeats that have arrived for the links.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <vector>

#include "config/base/bytes.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// A bounded queue. Each heartbeat says everything that the one before said, so above a bound the
/// oldest are dropped: those of the same node first, so that no node can push out the others.
/// Pure. Owns: the heartbeats. Runs on: one thread at a time. Ends: any time.
class heartbeat_queue {
 public:
  /// `of_node_max`: heartbeats of one node. `bytes_max`: of all.
  heartbeat_queue(std::size_t of_node_max, std::size_t bytes_max)
      : of_node_max_(of_node_max), bytes_max_(bytes_max) {}

  /// Returns the number that were dropped, perhaps the new one.
  std::size_t push(node_id from, slice heartbeat);
  /// All of them, in the order of their arrival.
  std::vector<slice> take();
  bool empty() const { return waiting_.empty(); }

 private:
  struct entry {
    node_id from;
    slice heartbeat;
    std::size_t cost() const { return sizeof(entry) + sizeof(bytes) + heartbeat.size; }
  };
  using place = std::deque<entry>::iterator;
  void drop(const place& oldest);

  std::size_t of_node_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<entry> waiting_;
  std::map<node_id, std::size_t> of_node_;
};

}  // namespace roost::cluster
