// SPDX-License-Identifier: Apache-2.0
// One node: creates its actors, connects them to bus and loops, drains and ends them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "actors/api/api_dependencies.hpp"
#include "actors/api/api_dispatcher.hpp"
#include "actors/connection/connection_dependencies.hpp"
#include "actors/connection/connection_factory.hpp"
#include "actors/connection/rate_gate.hpp"
#include "actors/connection/user_registry.hpp"
#include "actors/edge/edge_dependencies.hpp"
#include "actors/edge/edge_registry.hpp"
#include "actors/fan_out/connection_registry.hpp"
#include "actors/node/bus_dispatcher.hpp"
#include "actors/node/node_cluster.hpp"
#include "actors/room/kinds/built_in_handlers.hpp"
#include "actors/room/node_rooms.hpp"
#include "actors/room/room_dependencies.hpp"
#include "actors/room/room_handler.hpp"
#include "actors/rules/authorizer.hpp"
#include "actors/rules/room_rules.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "actors/shard/shard_dependencies.hpp"
#include "actors/shard/shard_ports.hpp"
#include "cluster/bus_in_process.hpp"
#include "cluster/log/log_store.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "cluster/log/snapshot_store.hpp"

namespace roost::actors {

/// 64 bits from the system's source. Any thread.
std::uint64_t random_number();
/// The id of a node that starts now: milliseconds since 1970, then 22 random bits. So of two nodes
/// with one name that start together, the one that was there first has the smaller id.
node_id new_node_id();

/// The store of a node with durable rooms.
struct node_store {
  cluster::log_store& log;  ///< these two must outlive the node and their last answer
  cluster::snapshot_store& snapshots;
  siphash_key key;  ///< of the cluster; maps topics to shards
  std::uint32_t shards = 8;
  cluster::shard_log_limits limits = {};
  std::function<std::uint64_t()> random = random_number;  ///< see shard_dependencies; any thread
};

/// Dependencies of a node besides its settings. Tests replace some of them.
struct node_dependencies {
  handler_factory handlers = make_handler;
  /// Makes the bus of the node with this id. The bus calls its handler only later.
  std::function<std::unique_ptr<cluster::bus>(cluster::bus_handler&, node_id)> bus =
      [](cluster::bus_handler& handler, node_id id) {
        return std::make_unique<cluster::bus_in_process>(handler, id);
      };
  std::optional<node_id> self = {};  ///< none: new_node_id()
  std::function<new_epoch(epoch)> epochs = make_epoch;
  std::function<std::int64_t()> wall_clock = unix_ms;
  const fault_injection* faults = nullptr;
  net::auth::token_verifier* verifier = nullptr;  ///< outlives the node; null: tokens are ignored
  actors::authorizer* authorizer = nullptr;  ///< outlives the node; null: the rules of the settings
  std::optional<node_store> store = {};      ///< none: every room is in memory
  std::optional<cluster_parts> cluster = {};  ///< with a store; instead of `bus`
};

/// One server process. Owns: the actor system on the given loops, the bus, the registries.
/// Runs on: one thread, which creates the node before the loops run, calls use_rules(),
/// reload_tokens(), drain() and end() while they run, and destroys the node after they have
/// stopped. Ends: end(), then its destructor.
class node {
 public:
  node(const settings_store& config, std::span<const std::unique_ptr<net::loop>> loops,
       metrics& probe, node_dependencies parts = {});
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  net::connection_opener& opener() { return connection_factory_; }
  net::http::api_handler& api() { return api_dispatcher_; }
  /// Asks every client to reconnect and closes its connection with 1012: existing connections
  /// evenly over drain_spread(), new ones at once. Returns when this has begun. False: a loop did
  /// not respond before `until`.
  bool drain(time_point until = time_point::max());
  /// Shuts the sockets whose close handshake has begun, without waiting for the client's reply.
  /// Runs later, on the loops.
  void shut_closing();
  /// Replaces the rules of rooms, also for rooms and edges that exist. Replace the settings first.
  void use_rules(room_rules::compiled_rules next);
  /// Reloads the token keys that the settings now name. Replace the settings first.
  void reload_tokens();
  /// Ends the durable rooms and begins to store the state that is only in memory; the gauge
  /// rooms_unstored counts those that are left. Call it when no client is left.
  void store_rooms();
  /// How many connection actors have not ended yet.
  std::size_t connections() const;
  /// In a cluster: gives the shards to the other nodes.
  void leave();
  /// Ends every actor and waits until all have ended. The loops must run.
  void end();

  // For tests: the parts of the node.
  const node_cluster* cluster() const { return cluster_.get(); }
  node_id id() const { return room_shared_.self; }
  loop_scheduler& scheduler() { return scheduler_; }
  edge_registry& edges() { return edges_; }
  user_registry& users() { return users_; }
  connection_registry& connections_by_loop() { return connections_; }
  const std::vector<caf::actor>& fan_outs() const { return fan_outs_; }
  const room_dependencies& room_shared() const { return room_shared_; }
  const edge_dependencies& edge_shared() const { return edge_shared_; }
  const connection_dependencies& connection_shared() const { return connection_shared_; }

 private:
  std::unique_ptr<node_cluster> make_cluster(node_dependencies& parts);
  void start_shards(node_store& store);
  bool on_every_loop(const std::function<void(net::loop&)>& work,
                     time_point until = time_point::max());

  std::span<const std::unique_ptr<net::loop>> loops_;
  loop_actor_config config_;
  caf::actor_system system_;
  loop_scheduler& scheduler_;
  const settings_store& settings_;
  metrics& probe_;
  net::auth::token_verifier* verifier_;
  room_rules rules_;
  connection_registry connections_;
  user_registry users_;
  shared_rates rates_;
  rule_authorizer rule_authorizer_;
  std::vector<caf::actor> fan_outs_;  // one for each loop
  std::vector<caf::actor> drainers_;  // one for each loop, during a drain
  caf::actor api_actor_;
  node_id self_;
  bus_dispatcher bus_dispatcher_;          // before the bus, whose messages it dispatches
  std::unique_ptr<node_cluster> cluster_;  // null: this node is alone
  std::unique_ptr<cluster::bus> bus_;
  std::optional<shard_ports> shards_;
  room_dependencies room_shared_;
  edge_dependencies edge_shared_;
  node_rooms rooms_;
  std::optional<shard_dependencies> shard_shared_;
  edge_registry edges_;
  connection_dependencies connection_shared_;
  api_dependencies api_shared_;
  connection_factory connection_factory_;
  api_dispatcher api_dispatcher_;
};

}  // namespace roost::actors
