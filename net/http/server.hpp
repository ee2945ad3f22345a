// SPDX-License-Identifier: Apache-2.0
// The HTTP server: public port with WebSocket upgrades, admin port with API and metrics.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "config/base/error.hpp"
#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/auth/token_verifier.hpp"
#include "net/http/node_state.hpp"
#include "net/loop/loop.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

class api_handler;

/// Owns: one acceptor on each loop for the public port (SO_REUSEPORT), one on loop 0 for the admin
/// port, and the HTTP sessions. Runs on: listen() and stop_accepting() on the creating thread, the
/// rest on the loops. Ends: destroyed after the loops have stopped.
class server {
 public:
  server(const settings_store& config, std::span<const std::unique_ptr<loop>> loops,
         connection_opener& opener, metrics& probe, const std::atomic<node_state>& now,
         auth::token_verifier* verifier = nullptr, api_handler* api = nullptr);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Binds both ports. Fails with cannot_bind if another process listens on one, even with
  /// SO_REUSEPORT. Port 0 selects a free port.
  result<void> listen();
  /// Posts to the loops, which close the public listeners and idle HTTP sessions. Upgraded
  /// connections stay, and the admin port stays open, so that a drain can be monitored.
  void stop_accepting();
  std::uint16_t port() const;
  std::uint16_t admin_port() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace roost::net::http
