// SPDX-License-Identifier: Apache-2.0
// Connects a node to the NATS servers of its cluster, and checks that it may serve there.
#pragma once

#include <memory>
#include <string>

#include "actors/node/node.hpp"
#include "cluster/nats/nats_connection.hpp"
#include "cluster/nats/nats_log_store.hpp"
#include "cluster/nats/nats_snapshot_store.hpp"
#include "cluster/nats/start_on_nats.hpp"
#include "cluster/nats/subjects.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/schema/settings.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/loop/loop.hpp"

namespace roost::actors {

/// A node's connections to NATS, and its stores there. Owns: them. Runs on: the main thread; the
/// connections have threads of their own. Ends: after the node that uses it.
struct open_cluster {
  node_id self;
  cluster::subjects names;
  std::unique_ptr<cluster::nats_connection> main = {};  ///< for frames and the stores
  std::unique_ptr<cluster::nats_connection> heartbeats = {};
  std::unique_ptr<cluster::nats_log_store> log = {};
  std::unique_ptr<cluster::nats_snapshot_store> snapshots = {};
  cluster::nats_start start = {};
  cluster::sync_report sync = {};
};

/// Connects to the servers `cluster.nats`, and checks or creates the streams. Blocks for some
/// seconds at most. Fails with cannot_use_nats or bad_setting; the detail is for users.
result<std::unique_ptr<open_cluster>> open_cluster_of(const settings& config, metrics& probe);

/// Makes it a part of the node. `opened` outlives the node, and so does the loop, its first one.
void add_cluster(open_cluster& opened, const settings& config, net::loop& first,
                 node_dependencies& parts);

/// Asks a NATS server for its monitoring data (`/varz`). Blocks for at most two seconds. An empty
/// URL: not known.
cluster::sync_report sync_report_of(const std::string& monitor_url);

}  // namespace roost::actors
