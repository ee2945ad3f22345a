// SPDX-License-Identifier: Apache-2.0
// Holds back what rooms publish while nobody knows whether this node still owns their shard. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "cluster/links/outgoing_queue.hpp"
#include "cluster/shard.hpp"
#include "config/base/ids.hpp"

namespace roost::cluster {

/// After its threads stood still, a node sends nothing of a shard before it has looked into the
/// shard's log. Owns: the envelopes that wait for that. Runs on: the thread of the links. Ends: any
/// time.
class unverified_events {
 public:
  explicit unverified_events(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void hold(shard_id shard) { held_.try_emplace(shard); }
  bool holds(const outgoing_envelope& envelope) const {
    return envelope.room_of && held_.contains(*envelope.room_of);
  }
  /// For an envelope that holds() names. False: it does not fit and was dropped.
  bool keep(outgoing_envelope envelope);
  /// Ends holding a shard, and returns what was kept, in order.
  std::vector<outgoing_envelope> release(shard_id shard);
  /// The link with this node broke: nothing from before goes there.
  void forget(node_id node);
  /// In order.
  std::vector<shard_id> shards() const;

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::map<shard_id, std::vector<outgoing_envelope>> held_;
};

}  // namespace roost::cluster
