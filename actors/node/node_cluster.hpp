// SPDX-License-Identifier: Apache-2.0
// The part of a node that makes it one of a cluster: bus, links, and the orders to its shards.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/edge/attach_pacer.hpp"
#include "actors/messages/shard_messages.hpp"
#include "actors/node/cluster_probe.hpp"
#include "actors/node/identity_guard.hpp"
#include "actors/runtime/answer_gate.hpp"
#include "actors/shard/ownership_listener.hpp"
#include "actors/shard/shard_ports.hpp"
#include "cluster/bus.hpp"
#include "cluster/identity/identify.hpp"
#include "cluster/links/bus_between_nodes.hpp"
#include "cluster/links/node_links.hpp"
#include "cluster/log/log_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/loop/loop.hpp"

namespace roost::actors {

/// The needs of a node of a cluster besides its store.
struct cluster_parts {
  /// The network, which calls the handler on loop 0 only. It ends before the handler.
  std::function<std::unique_ptr<cluster::node_network>(cluster::network_handler&)> network;
  std::string name;     ///< of the node, unique in the cluster
  std::string version;  ///< of the program
  cluster::view_times times = {};
  cluster::link_limits limits = {};
  std::size_t outgoing_bytes_max = 16U << 20U;    ///< that wait for the links
  std::size_t unverified_bytes_max = 16U << 20U;  ///< of events that are held back
  attach_limits attaching = {};
  /// Asks the store once whether it is still the one that this node knows; `done` is called on any
  /// thread. Empty: nothing can take its place.
  std::function<void(std::function<void(cluster::identity_finding)> done)> ask_identity = {};
  cluster::view_faults faults = {};  ///< tests only
};

/// Lets the links of a node run on loop 0, passes their orders to the shards, and the reports of
/// the shards to the links.
/// Owns: the links, the bus and the network. Runs on: loop 0, but the bus and the reports of shards
/// on any thread. Ends: after end() and the actors of the node.
class node_cluster final : public cluster::shard_host,
                           public cluster::network_handler,
                           public ownership_listener {
 public:
  /// `key` and `shards`: of the cluster. `log`: of the store; it outlives its last answer.
  node_cluster(cluster_parts&& parts, node_id self, const siphash_key& key, std::uint32_t shards,
               cluster::log_store& log, cluster::bus_handler& handler, net::loop& home,
               metrics& probe);
  ~node_cluster() override;

  /// The node's bus, once.
  std::unique_ptr<cluster::bus> make_bus();
  /// The actors of the shards exist: begins to take part.
  void begin(shard_ports& shards);
  /// Gives the shards to other nodes, and does not take any. Any thread.
  void leave();
  /// Whether this node has left. Any thread.
  bool may_end() const { return may_end_; }
  /// Why the process must end: another living node has its name, or another cluster has taken the
  /// place of this one in the store. The text follows the name of the cluster. None: it need not.
  /// Any thread.
  std::optional<std::string> why_to_end() const;
  /// Nothing is sent or taken from now on. Call on loop 0.
  void end();
  /// The name of a node of the view; empty: it is not in the view. Call on loop 0.
  std::string name_of(node_id id) const;
  /// For tests; use it on loop 0.
  const cluster::node_links& links() const { return links_; }

  void verify(std::span<const cluster::shard_id> shards) override;
  void exceed(cluster::shard_id shard, std::uint64_t ownership) override;
  void ask_store() override;
  void follow(const cluster::shard_plan& plan) override;

  void heartbeat_arrived(const slice& heartbeat, time_point now) override;
  void frame_arrived(const slice& frame, time_point now) override;
  void connection_lost() override;
  void connection_back() override;
  void became_writable() override;

  void taken(cluster::shard_id shard, std::uint64_t ownership) override;
  void dropped(cluster::shard_id shard, bool is_own) override;
  void released(cluster::shard_id shard, std::uint64_t ownership, node_id to) override;
  void verified(cluster::shard_id shard) override;
  bool is_cut_off() const override { return is_cut_off_; }

 private:
  struct order {
    bool takes = false;
    node_id gives_to;
    friend bool operator==(const order&, const order&) = default;
  };
  void post(std::function<void()> report);
  void run_soon();
  void run();
  void report(time_point now);
  void check_identity(time_point now);
  void take_identity(std::uint64_t question, const cluster::identity_finding& finding);
  void verify_all();
  void end_process(std::string why);
  std::string name_taken_by(node_id other) const;
  void note_cut_off();
  cluster::other_nodes others() const;
  template <class Message>
  void send(cluster::shard_id shard, Message message);

  const node_id self_;
  const std::string name_;
  cluster::log_store& log_;
  net::loop& home_;
  cluster::bus_handler& handler_;
  const std::size_t envelope_bytes_max_;
  const cluster::view_faults faults_;
  cluster::shard_routes routes_;
  cluster::outgoing_queue outgoing_;
  std::unique_ptr<cluster::node_network> network_;
  cluster::node_links links_;
  const cluster::publish_counts* published_ = nullptr;  // of the bus, which lives as long
  cluster_probe probe_;
  time_point report_at_;
  const std::function<void(std::function<void(cluster::identity_finding)>)> ask_identity_;
  identity_guard identity_;
  net::one_shot_timer timer_;
  std::shared_ptr<answer_gate<node_cluster*>> gate_;    // for the answers of the store
  shard_ports* shards_ = nullptr;                       // null before begin() and after end()
  std::vector<order> sent_;                             // by shard
  std::optional<std::uint64_t> sent_view_;              // the generation that the orders are of
  std::shared_ptr<const cluster::other_nodes> others_;  // of that view
  std::atomic<bool> is_posted_{false};
  std::atomic<bool> may_end_{false};
  mutable std::mutex end_mutex_;
  std::optional<std::string> why_to_end_;
  std::atomic<bool> is_cut_off_{false};
};

}  // namespace roost::actors
