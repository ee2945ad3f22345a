// SPDX-License-Identifier: Apache-2.0
// Asks a cluster on NATS whether it is still the one that a node knows.
#pragma once

#include <functional>

#include "cluster/identity/identify.hpp"
#include "cluster/nats/jetstream.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// Asks the leader of the snapshots, once. `missing` also if their stream is. `done` is called as
/// callbacks of jetstream are.
void ask_for_identity(const jetstream& api, const subjects& names, const store_identity& known,
                      std::function<void(identity_finding)> done);

}  // namespace roost::cluster
