// SPDX-License-Identifier: Apache-2.0
// Agrees with the other users of a store on its identity.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

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

/// The store of a node that serves, after its connection to the store broke.
enum class identity_state : std::uint8_t {
  same,
  missing,  ///< the store has no identity any more
  changed,  ///< the store has another identity, or one that cannot be read
  unknown,  ///< the store has not answered
};

struct identity_finding {
  identity_state state = identity_state::unknown;
  std::string why{};  ///< for users; empty: the same
};

/// Compares the identity that a node knows with the stored message; none: there is none. Pure.
identity_finding compare_identity(const store_identity& known, const std::optional<slice>& stored);

}  // namespace roost::cluster
