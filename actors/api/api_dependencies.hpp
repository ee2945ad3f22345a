// SPDX-License-Identifier: Apache-2.0
// The objects that the actor of the server API uses.
#pragma once

#include <caf/actor.hpp>
#include <functional>
#include <string>

#include "actors/connection/user_registry.hpp"
#include "actors/edge/edge_registry.hpp"
#include "actors/room/node_rooms.hpp"
#include "actors/rules/room_rules.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "cluster/bus.hpp"
#include "config/load/settings_store.hpp"
#include "net/auth/token_verifier.hpp"

namespace roost::actors {

/// The dependencies of the API actor. Owns: nothing. Runs on: any loop; it is constant once the
/// loops run. Ends: after the API actor.
struct api_dependencies {
  const settings_store& config;
  loop_scheduler& scheduler;
  const caf::actor& api;  ///< the API actor itself, for answers from other loops
  const room_rules& rules;
  const node_rooms& rooms;
  edge_registry& edges;
  const user_registry& users;
  net::auth::token_verifier* verifier;  ///< null: tokens are not checked
  const cluster::bus& bus;
  node_id self;
  /// The name of a node; empty: it is not in the view. Call it on loop 0.
  std::function<std::string(node_id)> name_of;
};

}  // namespace roost::actors
