// What all HTTP sessions of a node share.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/auth/token_office.hpp"
#include "net/http/api_handler.hpp"
#include "net/http/handshake.hpp"
#include "net/http/server.hpp"
#include "net/limits/address_key.hpp"
#include "net/limits/bucket_table.hpp"
#include "net/limits/forwarded.hpp"
#include "net/websocket/session.hpp"

namespace roost::net::http {

/// Owns: the prepared mounts, who is trusted, and the rates of connects. Runs on: any loop (what
/// changes has locks). Ends: with the server.
struct site {
  const live_settings& config;
  metrics& probe;
  const std::atomic<node_state>& state;
  websocket::session_context sessions;
  std::vector<mount> mounts;
  std::uint32_t connections_max;
  auth::token_office* office = nullptr;  ///< null: tokens are not looked at
  api_handler* api = nullptr;            ///< null: there is no API
  limits::trusted_proxies proxies{config->listen.trusted_proxies};
  /// Has locks of its own.
  mutable limits::bucket_table<limits::address_key> connects{probe};

  bool is_full() const {
    return probe.added_here(metrics::gauge::connections) >= static_cast<double>(connections_max);
  }
};

/// Which port a request came to.
enum class port_role : std::uint8_t { open, admin };

}  // namespace roost::net::http
