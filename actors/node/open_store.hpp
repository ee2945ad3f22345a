// SPDX-License-Identifier: Apache-2.0
// Opens the store of a node that keeps its rooms without NATS.
#pragma once

#include <memory>

#include "actors/node/node.hpp"
#include "cluster/embedded/embedded_store.hpp"
#include "cluster/log/store_identity.hpp"
#include "config/base/error.hpp"
#include "config/schema/settings.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// An open store. Owns: the file. Runs on: the main thread. Ends: after the node that uses it.
struct open_store {
  std::unique_ptr<cluster::embedded_store> file;
  cluster::store_identity identity;
};

/// Opens the store in the folder `store.path`, or creates it. Blocks. Fails with cannot_open_store,
/// also if the store has another number of shards, or with store_locked; the detail is for users.
result<open_store> open_store_of(const settings& config, metrics& probe);

/// The store as a part of a node. `store` outlives the node.
node_store part_of(const open_store& store, const settings& config);

}  // namespace roost::actors
