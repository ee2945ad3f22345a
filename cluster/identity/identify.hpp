// SPDX-License-Identifier: Apache-2.0
// Agrees with the other users of a store on its identity.
#pragma once

#include <functional>

#include "cluster/log/snapshot_store.hpp"
#include "cluster/log/store_identity.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// The identity that a node would give an empty store.
struct proposed_identity {
  /// `oldest_version`: what this node writes, and the newest that it can read. `cluster`: empty, if
  /// the store may be of any cluster.
  store_identity own;
  /// The store must have this key; else it is only for an empty store.
  bool has_known_key = false;
};

/// Reads the identity of a store; an empty store gets `wanted.own`. Of several nodes that begin an
/// empty store the first one gives it. Blocks until the store has answered.
/// Fails with cannot_open_store and both values if the store has another identity, and if
/// `has_logs` says that something is stored without one: a new key would hide every stored room.
result<store_identity> identify(snapshot_store& snapshots, const proposed_identity& wanted,
                                const std::function<result<bool>()>& has_logs);

}  // namespace roost::cluster
