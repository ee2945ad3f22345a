// SPDX-License-Identifier: Apache-2.0
// The encoded envelopes on their way from the threads that publish to the thread of the links.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "cluster/shard.hpp"
#include "config/base/bytes.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// An encoded envelope for some nodes.
struct outgoing_envelope {
  std::vector<node_id> to;
  slice data;
  std::optional<shard_id> room_of;  ///< a room of this shard made it, so it needs its ownership

  /// The memory that it takes while it waits.
  std::size_t cost() const {
    return sizeof(outgoing_envelope) + to.capacity() * sizeof(node_id) + sizeof(bytes) + data.size;
  }
};

/// A bounded queue. An envelope that does not fit is dropped, and so are those to the same nodes
/// until the links take the queue: they must break the links with these nodes. Owns: the envelopes.
/// Runs on: any thread. Ends: after the bus and the links that share it.
class outgoing_queue {
 public:
  explicit outgoing_queue(std::size_t bytes_max = 16U << 20U) : bytes_max_(bytes_max) {}

  enum class outcome : unsigned char {
    queued,
    is_first,  ///< queued, and nothing waited before: wake the thread of the links
    dropped    ///< wake it too
  };
  outcome push(outgoing_envelope envelope);
  /// An envelope to these nodes was lost before it got here. The thread of the links must run.
  void lose(std::span<const node_id> to);

  struct contents {
    std::vector<outgoing_envelope> envelopes;  ///< in the order of the pushes
    std::set<node_id> lost;  ///< nodes to which something is missing between the envelopes
  };
  contents take();

 private:
  std::mutex lock_;
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  contents waiting_;
};

}  // namespace roost::cluster
