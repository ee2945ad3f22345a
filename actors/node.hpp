// One node: creates its actors, connects them to bus and loops, drains and ends them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "actors/api/api_gateway.hpp"
#include "actors/bus_inlet.hpp"
#include "actors/connection/gateway.hpp"
#include "actors/connection/rate_gate.hpp"
#include "actors/connection/user_directory.hpp"
#include "actors/node_context.hpp"
#include "actors/room/edge_directory.hpp"
#include "actors/room/rule_book.hpp"
#include "cluster/bus_in_process.hpp"

namespace roost::actors {

/// Dependencies of a node besides its settings. Tests replace some of them.
struct node_parts {
  handler_factory handlers = make_handler;
  std::function<std::unique_ptr<cluster::bus>(cluster::bus_handler&)> bus =
      [](cluster::bus_handler& handler) {
        return std::make_unique<cluster::bus_in_process>(handler);
      };
  std::optional<node_id> self = {};  ///< none: a random id
  std::function<new_epoch(epoch)> epochs = make_epoch;
  const fault_injection* faults = nullptr;
  net::auth::token_verifier* verifier = nullptr;  ///< outlives the node; null: no token checks
};

/// One server process. Owns: the actor system on the given loops, the bus, the edge directory.
/// Runs on: one thread, which creates the node before the loops run, calls use_rules(), drain() and
/// end() while they run, and destroys the node after they have stopped. Ends: end(), then its
/// destructor.
class node {
 public:
  node(const settings_store& config, std::span<const std::unique_ptr<net::loop>> loops,
       metrics& probe, node_parts parts = {});
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  net::connection_opener& opener() { return connection_factory_; }
  net::http::api_handler& api() { return api_dispatcher_; }
  node_context& context() { return context_; }
  /// Asks every client to reconnect and closes its connection with 1012: existing connections
  /// evenly over drain_spread(), new ones at once. Returns when this has begun. False: a loop did
  /// not respond before `until`.
  bool drain(time_point until = time_point::max());
  /// Shuts the sockets whose close handshake has begun, without waiting for the client's reply.
  /// Runs later, on the loops.
  void shut_closing();
  /// Replaces the rules of rooms, also for rooms and edges that exist. Replace the settings first.
  void use_rules(room_rules::compiled_rules next);
  /// How many connection actors have not ended yet.
  std::size_t connections() const;
  /// Ends every actor and waits until all have ended. The loops must run.
  void end();

 private:
  bool on_every_loop(const std::function<void(net::loop&)>& work,
                     time_point until = time_point::max());

  std::span<const std::unique_ptr<net::loop>> loops_;
  loop_actor_config config_;
  caf::actor_system system_;
  node_context context_;
  room_rules rules_;
  edge_registry edges_;
  user_registry users_;
  shared_rates rates_;
  bus_dispatcher bus_dispatcher_;
  std::unique_ptr<cluster::bus> bus_;
  connection_factory connection_factory_;
  std::vector<caf::actor> drainers_;  // one for each loop, during a drain
  api_dispatcher api_dispatcher_;
};

}  // namespace roost::actors
