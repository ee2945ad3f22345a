// SPDX-License-Identifier: Apache-2.0
// Enforces limits.connections_per_user on this node, and finds connections with a revoked token.
#pragma once

#include <caf/actor.hpp>
#include <string>

#include "actors/connection/connection_dependencies.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "net/auth/revocations.hpp"

namespace roost::actors {

/// Early check before the upgrade: too_many_connections if limits.connections_per_user refuses this
/// user. Another connection may still come first, so only enter() decides. Any thread.
errc may_connect(const connection_dependencies& shared, const net::auth::token_claims* claims);

/// Adds the connection to those of its user and ends the connections that are evicted for it. If it
/// returns too_many_connections, or revoked (the token was revoked in the meantime), the new
/// connection must end. `claims` must name a user. Any thread.
errc enter(const connection_dependencies& shared, const net::auth::token_claims& claims,
           connection_id connection, const caf::actor& self);

/// Sends tokens_revoked to the connections that may use a revoked token. Any thread.
void notify_revoked(const connection_dependencies& shared, loop_scheduler& scheduler,
                    const net::auth::revocation& revocation);

}  // namespace roost::actors
