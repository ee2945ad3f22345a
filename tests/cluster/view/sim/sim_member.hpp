// SPDX-License-Identifier: Apache-2.0
// A node of the simulated cluster: carries out the plans of its cluster_node on simulated logs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/view/cluster_node.hpp"
#include "tests/cluster/view/sim/sim_log.hpp"
#include "tests/cluster/view/sim/view_network.hpp"

namespace roost::cluster::sim {

inline constexpr std::uint32_t sim_shards = 8;

/// A promise that did not hold; the first one counts.
struct violation {
  std::string text;
  void report(time_point now, const std::string& broken);
};

/// Everything that members share.
struct surroundings {
  surroundings(std::uint64_t seed, bool verbose)
      : random(seed), network(dice{~seed}), is_verbose(verbose) {}

  dice random;
  time_point now{std::chrono::hours(1)};
  view_network network;
  sim_logs logs{sim_shards};
  violation broken;
  bool is_away = false;  ///< the network and the store, for all
  bool is_verbose;
  bool is_quiet = false;  ///< no node sends envelopes
  /// Whether this node has been up and heard by all for long.
  std::function<bool(node_id)> is_fine;
  std::function<bool(node_id)> is_leaving;
  std::function<std::vector<node_id>()> living;

  void trace(const std::string& line) const;
};

/// Owns: its cluster_node. Runs on: the simulation's thread. Ends: with its process.
class sim_member {
 public:
  sim_member(node_id id, std::string name, surroundings& around, const view_faults& faults);

  // Faults of this node.
  bool is_connected = true;
  bool sends = true;
  bool hears = true;
  bool has_store = true;
  bool is_paused = false;
  bool is_leaving = false;
  time_point fine_since;

  bool is_fine() const;
  /// Runs an iteration of the node's loop.
  void run();
  void arrive(const message& message);
  /// The connection is back after it was lost.
  void reconnect();
  void leave() {
    is_leaving = true;
    node_.leave();
  }
  /// Stops serving a shard while its marker is the last message.
  void drop_some_shard();
  /// Checks what must hold for a node when nothing happens any more.
  void check_at_rest(const std::map<node_id, std::unique_ptr<sim_member>>& all);

  node_id id() const { return id_; }
  const std::string& name() const { return name_; }
  const cluster_node& node() const { return node_; }
  bool is_refused() const { return is_refused_; }
  bool may_end() const { return may_end_; }
  bool serves(shard_id shard) const { return work_[shard.value].state == shard_state::served; }

 private:
  enum class shard_state : std::uint8_t { idle, reading, served };
  struct shard_work {
    shard_state state = shard_state::idle;
    std::uint64_t ownership = 0;
    time_point until;         // reading ends, or the checkpoint before a release
    node_id giving_to;        // 0: not giving
    std::uint64_t heard = 0;  // the greatest ownership in the table
  };
  /// The envelopes to another node since the link broke, and the last one that arrived from it.
  struct link_record {
    std::uint64_t breaks = 0;
    std::uint64_t pushed = 0;
    std::pair<std::uint64_t, std::uint64_t> arrived;  // breaks of the sender, number
  };

  bool reaches_store() const;
  void carry_out(const node_effects& effects);
  void take(shard_id shard);
  void give(const hand_over& move);
  void finish_work();
  void append_to_shards();
  void lose(shard_id shard);
  void see_owners(const std::vector<owner_change>& changes);
  void exchange_envelopes();
  void receive(const message& frame);
  sim_log& log_of(shard_id shard) { return around_.logs[shard.value]; }
  std::string text(shard_id shard) const;

  node_id id_;
  std::string name_;
  surroundings& around_;
  view_faults faults_;
  cluster_node node_;
  std::vector<shard_work> work_{sim_shards};
  std::vector<shard_id> dropped_;
  std::map<node_id, link_record> links_;
  std::vector<message> buffered_;  // arrived while paused
  time_point next_append_;
  bool must_verify_ = false;
  bool is_refused_ = false;
  bool may_end_ = false;
};

}  // namespace roost::cluster::sim
