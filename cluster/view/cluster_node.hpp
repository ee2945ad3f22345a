// SPDX-License-Identifier: Apache-2.0
// One node's part in the cluster: its membership, its links, and who owns the shards. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"
#include "cluster/view/link_set.hpp"
#include "cluster/view/membership.hpp"
#include "cluster/view/ownership_table.hpp"
#include "cluster/view/shard_plan.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

struct node_identity {
  node_id id;
  std::string name;
  std::string version;
};

/// The owner of a `cluster_node` does this after a step, in this order.
struct node_effects {
  node_id name_holder;       ///< another living node with this name: end the process; 0: none
  bool must_verify = false;  ///< before sending anything of a shard, look into its log
  bool asks_store = false;   ///< send the store a request that changes nothing
  bool has_view_changed = false;
  std::vector<owner_change> owners;
  std::vector<greater_ownership> greater;  ///< look into the log, and take the shard above it
  slice heartbeat;                         ///< if not empty: publish it to all nodes
  shard_plan plan;                         ///< the moves that should be under way now
};

/// An encoded frame of a link.
struct outgoing_frame {
  node_id to;
  slice data;
};

/// The owner does this after flush(), in this order.
struct link_effects {
  std::vector<node_id> broken;  ///< an edge whose owner is there attaches again
  std::vector<outgoing_frame> frames;
  bool has_more = false;  ///< envelopes wait still: flush again soon
};

/// The envelopes of a frame that counts, in order.
struct received_envelopes {
  node_id from;  ///< 0: the frame could not be decoded
  std::vector<slice> all;
};

/// Owns: view, ownership table and links. Runs on: one thread. Its loop calls step() after
/// heartbeats and changes of ownership, and at least every quarter of view_times::gone; and flush()
/// in each iteration. Ends: any time.
class cluster_node {
 public:
  cluster_node(const node_identity& me, std::uint32_t shards, const view_times& times,
               const link_limits& limits, const view_faults& faults, time_point now)
      : me_(me.id),
        times_(times),
        faults_(faults),
        members_(me.id, me.name, me.version, times, faults, now),
        owners_(me.id, shards, faults),
        links_(me.id, limits, faults) {}

  /// Bytes that are no heartbeat are counted and dropped.
  void hear(const slice& heartbeat, time_point now);
  /// Bytes that are no frame are counted and dropped.
  received_envelopes receive(const slice& frame);
  result<void> push(node_id to, slice envelope) { return links_.push(to, std::move(envelope)); }
  /// The connection was lost: no frame that is under way counts.
  void reconnected() { links_.break_all(); }
  /// An envelope between this node and this peer was lost outside of the link.
  void break_link(node_id peer) { links_.break_link(peer); }
  /// Whether flush() would name this peer as broken.
  bool is_broken(node_id peer) const { return links_.is_broken(peer); }
  /// The broken links; flush() does not name them again.
  std::vector<node_id> take_broken() { return links_.take_broken(); }
  /// The nodes that left the view, whose links are gone; flush() does not name them again.
  std::vector<node_id> take_left() { return links_.take_left(); }
  void store_answered(time_point now) { members_.store_answered(now); }
  void leave() { members_.leave(); }

  /// See ownership_table. Each change is announced with the next step().
  bool take(shard_id shard, std::uint64_t ownership);
  void drop(shard_id shard);
  void release(shard_id shard, std::uint64_t ownership, node_id to);

  /// `dropped`: see plan_input.
  node_effects step(time_point now, std::span<const shard_id> dropped);
  link_effects flush();

  /// The changes of owners since the last step(), which does not return them then.
  std::vector<owner_change> take_owner_changes() { return owners_.take_changes(); }

  const membership& members() const { return members_; }
  const cluster_view& view() const { return members_.view(); }
  const ownership_table& owners() const { return owners_; }
  const link_counts& links() const { return links_.counts(); }
  link_sizes link_sizes_now() const { return links_.sizes(); }
  /// The number of heartbeats and frames that could not be decoded for this reason.
  std::uint64_t undecoded(wire::wire_error why) const {
    const auto at = undecoded_.find(why);
    return at == undecoded_.end() ? 0 : at->second;
  }
  /// All of them.
  std::uint64_t undecoded() const {
    std::uint64_t out = 0;
    for (const auto& [why, count] : undecoded_) out += count;
    return out;
  }

 private:
  node_id me_;
  view_times times_;
  view_faults faults_;
  membership members_;
  ownership_table owners_;
  link_set links_;
  std::uint64_t generation_ = 0;
  std::map<wire::wire_error, std::uint64_t> undecoded_;
};

}  // namespace roost::cluster
