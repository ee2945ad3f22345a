// SPDX-License-Identifier: Apache-2.0
// The options of a connection to NATS.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cluster/nats/server_version.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// Empty texts: not used.
struct nats_options {
  std::vector<std::string> servers;  ///< nats://host:port or tls://host:port; at least one
  std::string name;                  ///< shown by the server's monitoring

  std::string user;
  std::string password;
  std::string nkey;              ///< public key (U...), with
  std::string nkey_seed_file;    ///< the file of its seed
  std::string credentials_file;  ///< a user's JWT and seed
  bool uses_tls = false;         ///< also implied by tls://
  std::string ca_file;
  std::string certificate_file;  ///< of this client, with
  std::string key_file;

  /// Nothing is sent to an older server; the next one is tried.
  version_need oldest_server;

  /// The connection has one subscription, `subject.>`. Answers arrive at `subject.r.NUMBER`.
  std::string subject;

  milliseconds connect_timeout{1'000};       ///< for one server, at most
  milliseconds reconnect_delay{100};         ///< after all servers were tried
  milliseconds new_connection_delay{1'000};  ///< after a refusal, such as a wrong password
  /// A connection whose server answers none of two pings is given up.
  milliseconds ping_interval{2'000};
  std::size_t requests_max = 10'000;          ///< that wait or are under way
  std::size_t unsent_bytes_max = 16U << 20U;  ///< more requests are refused
};

}  // namespace roost::cluster
