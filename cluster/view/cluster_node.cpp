// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/cluster_node.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

void cluster_node::hear(const heartbeat& heard, time_point now) {
  if (!members_.hear(heard, now) || heard.node == me_) return;
  owners_.hear(heard);
  links_.hear(heard, now);
}

bool cluster_node::take(shard_id shard, std::uint64_t ownership) {
  members_.announce();
  return owners_.take(shard, ownership);
}

void cluster_node::drop(shard_id shard) {
  members_.announce();
  owners_.drop(shard);
}

void cluster_node::release(shard_id shard, std::uint64_t ownership, node_id to) {
  members_.announce();
  owners_.release(shard, ownership, to);
}

node_effects cluster_node::step(time_point now, std::span<const shard_id> dropped) {
  const auto decided = members_.step(now);
  node_effects out;
  out.is_name_taken = decided.is_name_taken;
  out.must_verify = decided.must_verify;
  out.asks_store = decided.asks_store;
  out.has_view_changed = view().generation != std::exchange(generation_, view().generation);
  if (out.has_view_changed) {
    owners_.use(view());
    links_.use(view());
  }
  links_.step(now, times_.gone);
  out.owners = owners_.take_changes();
  if (decided.is_heartbeat_due) {
    out.publish = members_.next_heartbeat(now);
    owners_.announce_in(*out.publish);
    links_.announce_in(*out.publish);
  }
  out.plan = plan_shards(
      {me_, &view(), &owners_, !members_.is_frozen(), members_.may_take(now), dropped, faults_});
  return out;
}

link_effects cluster_node::flush() {
  // Frames of a link that broke are of its new incarnation.
  auto broken = links_.take_broken();
  return {std::move(broken), links_.flush()};
}

}  // namespace roost::cluster
