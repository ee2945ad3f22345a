// SPDX-License-Identifier: Apache-2.0
// Decides from heartbeats which nodes are in the cluster and what this node may do. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "cluster/view/cluster_view.hpp"
#include "cluster/view/heartbeat.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// The owner of a `membership` does this after a step.
struct membership_effects {
  bool is_heartbeat_due = false;  ///< publish next_heartbeat() now
  bool must_verify = false;  ///< the loop stood still: look into the logs before sending anything
  bool asks_store = false;   ///< send the store a request that changes nothing
  node_id name_holder;       ///< another living node with this name: end the process; 0: none
};

/// The events of a membership that an operator counts.
struct membership_counts {
  std::uint64_t late_heartbeats = 0;  ///< of others, twice view_times::heartbeat after the last one
  std::uint64_t freezes = 0;          ///< of the view
};

/// One node's membership. A node *freezes* its view while it does not hear its own heartbeats: no
/// node is removed for its silence, because the network is away and not the others. A heartbeat
/// that comes back proves that the network worked when it was sent, not when it arrived.
///
/// No two nodes with one name join while they hear each other. Of those that listen still, the one
/// with the smallest id waits until the others have ended; they find its name held. A node that
/// has joined keeps its name.
///
/// Owns: the view. Runs on: one thread, whose loop calls step() at least every quarter of
/// view_times::gone, and after hear(). Ends: any time.
class membership {
 public:
  membership(node_id me, std::string name, std::string version, const view_times& times,
             const view_faults& faults, time_point now);

  /// Takes any node's heartbeat, also its own. False: late, repeated, or above nodes_max.
  bool hear(const heartbeat& heard, time_point now);
  /// The store has answered a request of this node.
  void store_answered(time_point now);
  /// Lets the next step() send a heartbeat: an ownership has changed.
  void announce() { is_announcing_ = true; }
  /// Begins to leave; there is no way back.
  void leave() { is_leaving_ = true; }
  membership_effects step(time_point now);
  /// The heartbeat without shards and links.
  heartbeat next_heartbeat(time_point now);

  const cluster_view& view() const { return view_; }
  /// The state that this node announces.
  node_state state() const { return state_; }
  bool is_frozen() const { return is_frozen_; }
  const membership_counts& counts() const { return counts_; }
  /// Whether this node may take shards now.
  bool may_take(time_point now) const {
    return state_ == node_state::up && !is_frozen_ && now >= listens_until_;
  }

 private:
  struct peer {
    std::uint64_t number = 0;
    node_info info;
    node_state said = node_state::joining;
    bool is_store_answering = false;
    time_point heard;
    time_point cut_off_since;  // if said == cut_off
  };
  struct sent_heartbeat {
    std::uint64_t number = 0;
    time_point at;
  };

  void hear_own(std::uint64_t number);
  void update_hearing(time_point now);
  void update_peers(time_point now);
  void update_store_silence(time_point now);
  node_state state_at(time_point now);
  void join_or_yield(time_point now, membership_effects& out);
  void update_view();

  node_id me_;
  std::string name_;
  std::string version_;
  view_times times_;
  view_faults faults_;
  cluster_view view_;
  std::map<node_id, peer> peers_;  // the others; at most nodes_max - 1
  node_state state_ = node_state::joining;
  bool is_leaving_ = false;
  bool has_joined_ = false;
  bool is_announcing_ = false;
  membership_counts counts_;

  std::uint64_t number_ = 0;
  std::deque<sent_heartbeat> sent_;        // those that have not come back, oldest first
  std::optional<time_point> own_sent_at_;  // of the newest own heartbeat that came back
  bool is_frozen_ = true;
  time_point listens_until_;
  time_point next_heartbeat_;
  time_point stepped_;
  time_point store_answered_;
  time_point store_asked_;
  time_point store_silent_from_;
};

}  // namespace roost::cluster
