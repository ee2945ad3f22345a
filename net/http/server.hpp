// The public and the admin port: HTTP by Boost.Beast, the upgrade to WebSocket, and the pages.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "config/base/error.hpp"
#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/auth/token_office.hpp"
#include "net/loop.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

class api_handler;

/// What /ready and the metrics say. Set by main, read by any loop.
enum class node_state : std::uint8_t {
  starting,
  ready,
  draining,  ///< not ready, yet still taking clients: load balancers need a while to see it
  closing,   ///< takes none
};

/// Owns: one acceptor a loop for the public port (SO_REUSEPORT), one on loop 0 for the admin port,
/// and the HTTP sessions. Runs on: listen() and stop_accepting() on the thread that made it, all
/// else on the loops. Ends: destroyed after the loops have stopped.
class server {
 public:
  server(const live_settings& config, std::span<const std::unique_ptr<loop>> loops,
         connection_opener& opener, metrics& probe, const std::atomic<node_state>& now,
         auth::token_office* office = nullptr, api_handler* api = nullptr);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  /// Binds both ports; fails with cannot_bind where another process has one, even if that one was
  /// bound with SO_REUSEPORT. Port 0 takes a free one.
  result<void> listen();
  /// Soon closes the public listeners and idle HTTP sessions. Upgraded connections stay, and so
  /// does the admin port until the end: whoever watches a drain needs it.
  void stop_accepting();
  std::uint16_t port() const;
  std::uint16_t admin_port() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace roost::net::http
