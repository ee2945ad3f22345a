// SPDX-License-Identifier: Apache-2.0
// Both stores of a cluster on a nats-server, opened as a node opens them.
#pragma once

#include <memory>
#include <string>

#include "bench/store/store_options.hpp"
#include "cluster/nats/nats_connection.hpp"
#include "cluster/nats/nats_log_store.hpp"
#include "cluster/nats/nats_snapshot_store.hpp"

namespace roost::bench {

/// Owns: the connection and the stores. Runs on: any thread. Ends: after the last answer.
struct open_stores {
  std::unique_ptr<cluster::nats_connection> connection;
  std::unique_ptr<cluster::nats_log_store> log;
  std::unique_ptr<cluster::nats_snapshot_store> snapshots;
};

/// Creates the streams on a server that has none. `why` is set if it fails.
open_stores open_stores_of(const store_options& options, std::string& why);

}  // namespace roost::bench
