// SPDX-License-Identifier: Apache-2.0
// State that all HTTP sessions of a node share.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "config/load/settings_store.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/auth/token_verifier.hpp"
#include "net/http/admin_api/api_handler.hpp"
#include "net/http/fd_budget.hpp"
#include "net/http/message/own_hosts.hpp"
#include "net/http/node_state.hpp"
#include "net/http/upgrade/handshake.hpp"
#include "net/limits/address_key.hpp"
#include "net/limits/bucket_table.hpp"
#include "net/limits/forwarded.hpp"
#include "net/websocket/session_context.hpp"

namespace roost::net::http {

/// Owns: the mounts, the trusted proxies, the rate limits of connects, and the number of HTTP
/// clients. Runs on: any loop (mutable members are thread-safe). Ends: with the server.
struct http_server_context {
  const settings_store& config;
  metrics& probe;
  const std::atomic<node_state>& state;
  websocket::session_context sessions;
  std::vector<mount> mounts;
  fd_budget fd_limits;
  auth::token_verifier* verifier = nullptr;  ///< null: tokens are ignored
  api_handler* api = nullptr;                ///< null: this server has no API
  limits::trusted_proxies proxies{config->listen.trusted_proxies};
  /// Thread-safe: has its own locks.
  mutable limits::bucket_table<limits::address_key, limits::address_hash> connects{probe};

  /// Thread-safe: has its own lock.
  mutable interface_addresses addresses = interface_addresses{};

  /// Number of clients on the public port that are not upgraded.
  mutable std::atomic<std::uint32_t> pending_connections{0};

  own_hosts own_hosts_at(time_point now) const {
    return {config->listen.host_names, addresses, now};
  }
  /// Whether the limit of upgraded connections is reached.
  bool is_full() const { return connections() >= static_cast<double>(fd_limits.connections); }
  /// Whether another client of the public port fits into the budget of open files.
  bool has_free_file() const {
    return connections() + pending_connections.load(std::memory_order_relaxed) <
           static_cast<double>(fd_limits.sockets);
  }
  bool refuses_clients() const { return is_full() || !has_free_file(); }
  /// Whether rooms refuse pushes because the store is full, has failed, or is read at the start.
  bool is_store_unavailable() const {
    return probe.value_without_sources(metrics::gauge::shards_unavailable) > 0;
  }
  bool is_ready() const {
    return state.load(std::memory_order_relaxed) == node_state::ready && !refuses_clients() &&
           !is_store_unavailable();
  }
  double connections() const { return probe.value_without_sources(metrics::gauge::connections); }
};

/// The port of a request: the public one (`listen`) or that of the operator (`admin`).
enum class port_role : std::uint8_t { public_port, admin_port };

}  // namespace roost::net::http
