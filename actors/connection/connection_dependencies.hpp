// SPDX-License-Identifier: Apache-2.0
// The objects that the connections of a node share.
#pragma once

#include "actors/connection/rate_gate.hpp"
#include "actors/connection/user_registry.hpp"
#include "actors/edge/edge_registry.hpp"
#include "actors/fan_out/connection_registry.hpp"
#include "actors/rules/authorizer.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/auth/token_verifier.hpp"

namespace roost::actors {

/// The dependencies of a connection. Owns: nothing. Runs on: any loop; it is constant.
/// Ends: after the connections.
struct connection_dependencies {
  const settings_store& config;
  metrics& probe;
  edge_registry& edges;
  connection_registry& connections;
  user_registry& users;
  shared_rates& rates;
  net::auth::token_verifier* verifier;  ///< null: tokens are ignored
  actors::authorizer& authorizer;
};

}  // namespace roost::actors
