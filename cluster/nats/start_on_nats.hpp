// SPDX-License-Identifier: Apache-2.0
// The checks of a node that starts on NATS.
#pragma once

#include <cstdint>

#include "cluster/identity/identify.hpp"
#include "cluster/nats/nats_connection.hpp"
#include "cluster/nats/stream_config.hpp"
#include "cluster/nats/stream_setup.hpp"
#include "cluster/nats/sync_report.hpp"

namespace roost::cluster {

struct nats_start_options {
  /// `cluster` names the cluster, and so its streams and subjects.
  proposed_identity identity;
  std::uint32_t replicas = 1;
  /// cluster.log_bytes_max; the stream of a log may have twice as much.
  std::uint64_t log_bytes_max = 0;
  sync_report sync;
  bool requires_sync = false;
  milliseconds wait_max{10'000};  ///< with a server that is not there, or not ready yet
};

/// The facts that a node knows when all checks have passed.
struct nats_start {
  store_identity identity;
  bool is_new = false;  ///< this node gave the store its identity
  met_server server;
  stream_facts streams;
  stream_choices choices;  ///< of its streams
};

/// Checks the server, JetStream and the streams; creates or changes what may be; agrees on the
/// identity. Blocks for about `wait_max`, and for up to half a minute longer if the server stops
/// answering. Not on the connection's thread. The connection's options have `oldest_server` from
/// oldest_server_for(), so that later servers are checked too. Fails with cannot_use_nats, or with
/// bad_setting for a cluster's name that is none; the detail is for users, of one or more lines.
result<nats_start> start_on_nats(nats_connection& connection, const nats_start_options& with);

}  // namespace roost::cluster
