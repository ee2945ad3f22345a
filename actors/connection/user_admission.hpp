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
/// user. Another connection may still come first, so enter() decides. Any thread.
errc may_come(const connection_dependencies& shared, const net::auth::token_claims* claims);

/// Adds the connection to its user's and ends the connections that are evicted for it. If it
/// returns too_many_connections, or revoked (the token was revoked in the meantime), the new
/// connection must end. `who` must name a user. Any thread.
errc enter(const connection_dependencies& shared, const net::auth::token_claims& claims,
           connection_id link, const caf::actor& self);

/// Tells the connections that may use a revoked token to check theirs. Any thread.
void tell_revoked(const connection_dependencies& shared, loop_scheduler& scheduler,
                  const net::auth::revocation& revocation);

}  // namespace roost::actors
