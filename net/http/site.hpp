// What all HTTP sessions of a node share.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "config/base/metrics.hpp"
#include "config/live_settings.hpp"
#include "net/auth/token_office.hpp"
#include "net/http/api_handler.hpp"
#include "net/http/file_budget.hpp"
#include "net/http/handshake.hpp"
#include "net/http/own_hosts.hpp"
#include "net/http/server.hpp"
#include "net/limits/address_key.hpp"
#include "net/limits/bucket_table.hpp"
#include "net/limits/forwarded.hpp"
#include "net/websocket/session.hpp"

namespace roost::net::http {

/// Owns: the prepared mounts, who is trusted, the rates of connects, and who has come. Runs on: any
/// loop (what changes has locks). Ends: with the server.
struct site {
  const live_settings& config;
  metrics& probe;
  const std::atomic<node_state>& state;
  websocket::session_context sessions;
  std::vector<mount> mounts;
  file_budget most;
  auth::token_office* office = nullptr;  ///< null: tokens are not looked at
  api_handler* api = nullptr;            ///< null: there is no API
  limits::trusted_proxies proxies{config->listen.trusted_proxies};
  /// Has locks of its own.
  mutable limits::bucket_table<limits::address_key, limits::address_hash> connects{probe};

  /// Has a lock of its own.
  mutable interface_addresses addresses = interface_addresses{};

  /// Clients of the public port that are not upgraded.
  mutable std::atomic<std::uint32_t> visitors{0};

  own_hosts own_hosts_at(time_point now) const {
    return {config->listen.host_names, addresses, now};
  }
  /// No further connection.
  bool is_full() const { return connections() >= static_cast<double>(most.connections); }
  /// A further client of the public port leaves enough files for all else.
  bool has_file() const {
    return connections() + visitors.load(std::memory_order_relaxed) <
           static_cast<double>(most.sockets);
  }
  bool takes_nobody() const { return is_full() || !has_file(); }
  bool is_ready() const {
    return state.load(std::memory_order_relaxed) == node_state::ready && !takes_nobody();
  }
  double connections() const { return probe.added_here(metrics::gauge::connections); }
};

/// Which port a request came to.
enum class port_role : std::uint8_t { open, admin };

}  // namespace roost::net::http
