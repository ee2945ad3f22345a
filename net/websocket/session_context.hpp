// SPDX-License-Identifier: Apache-2.0
// The objects that all WebSocket sessions of a node share.
#pragma once

#include <cstddef>

#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/transport/session.hpp"

namespace roost::net::websocket {

/// Objects that all sessions of a node share; they outlive the sessions.
struct session_context {
  const settings_store& config;
  connection_opener& opener;
  metrics& probe;
  std::size_t loops = 1;  ///< each loop has an equal share of limits.partial_bytes_max
};

}  // namespace roost::net::websocket
