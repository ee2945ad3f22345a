// The actors of one node, put together: what main starts and ends.
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

/// What a node is made of besides its settings; tests give their own.
struct node_parts {
  kind_factory kinds = make_kind;
  std::function<std::unique_ptr<cluster::bus>(cluster::bus_handler&)> bus =
      [](cluster::bus_handler& handler) {
        return std::make_unique<cluster::bus_in_process>(handler);
      };
  std::optional<node_id> self = {};  ///< none: a random one
  std::function<epoch_birth(epoch)> births = new_epoch;
  const planted_faults* faults = nullptr;
  net::auth::token_office* office = nullptr;  ///< outlives the node; null: tokens are not looked at
};

/// Owns: the actor system on the given loops, the bus, the directory of edges.
/// Runs on: made and destroyed by one thread, before the loops run and after they have stopped;
/// use_rules(), drain() and end() by that thread while they run. Ends: end(), then its destructor.
class node {
 public:
  node(const live_settings& config, std::span<const std::unique_ptr<net::loop>> loops,
       metrics& probe, node_parts parts = {});
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  net::connection_opener& opener() { return gateway_; }
  net::http::api_handler& api() { return api_; }
  node_context& context() { return context_; }
  /// Tells every connection, and each that still comes, to come back, and closes it with 1012:
  /// those that are here evenly over drain_spread(). False: a loop did not answer until `until`.
  bool drain(time_point until = time_point::max());
  /// Soon shuts the sockets whose close handshake has begun.
  void shut_closing();
  /// The rules of rooms, for those that exist as well; the settings have been replaced before.
  void use_rules(rule_book::plans next);
  /// Connections whose actor has not ended yet.
  std::size_t connections() const;
  /// Ends every actor and waits until all are gone. The loops must run.
  void end();

 private:
  bool on_every_loop(const std::function<void(net::loop&)>& work,
                     time_point until = time_point::max());

  std::span<const std::unique_ptr<net::loop>> loops_;
  loop_actor_config config_;
  caf::actor_system system_;
  node_context context_;
  rule_book rules_;
  edge_directory edges_;
  user_directory users_;
  shared_rates rates_;
  bus_inlet inlet_;
  std::unique_ptr<cluster::bus> bus_;
  gateway gateway_;
  std::vector<caf::actor> drainers_;  // one a loop, while it drains
  api_gateway api_;
};

}  // namespace roost::actors
