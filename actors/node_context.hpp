// The objects that all actors of a node share.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <caf/actor.hpp>
#include <functional>
#include <string>
#include <vector>

#include "actors/loop_scheduler.hpp"
#include "actors/planted_faults.hpp"
#include "actors/room/epoch_birth.hpp"
#include "actors/room/room_kind.hpp"
#include "actors/room/rule_book.hpp"
#include "actors/room/rule_match.hpp"
#include "cluster/bus.hpp"
#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/loop.hpp"

namespace roost::net::auth {
class token_verifier;
}

namespace roost::actors {

class edge_registry;
class user_registry;
struct shared_rates;

/// References to the shared objects. Owns: nothing. Runs on: any thread; only `links` changes while
/// the loops run. Ends: after the actors.
struct node_context {
  const settings_store& config;
  metrics& probe;
  loop_scheduler& scheduler;
  node_id self;
  handler_factory handlers;
  std::function<new_epoch(epoch)> epochs = make_epoch;
  const fault_injection* faults = nullptr;  ///< tests only
  cluster::bus* bus = nullptr;
  edge_registry* edges = nullptr;
  user_registry* users = nullptr;
  room_rules* rules = nullptr;
  shared_rates* rates = nullptr;
  net::auth::token_verifier* verifier = nullptr;  ///< null: tokens are not checked
  std::vector<caf::actor> fan_outs = {};          ///< one for each loop
  caf::actor api = {};                            ///< null: no API
  /// By loop: connection actors by connection id. Each map is used only on its loop.
  std::vector<boost::unordered_flat_map<std::uint64_t, caf::actor>> links = {};

  /// The loop on which the topic's edge and room run.
  loop_unit& home_of(const topic& topic) const {
    return scheduler.unit(keyed_hash{}(topic.name) % scheduler.size());
  }
};

}  // namespace roost::actors
