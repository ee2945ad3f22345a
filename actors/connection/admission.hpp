// Whether a user may have one more connection here.
#pragma once

#include <caf/actor.hpp>
#include <string>

#include "actors/node_context.hpp"
#include "net/auth/revocations.hpp"

namespace roost::actors {

/// Before the upgrade: too_many_connections where limits.connections_per_user refuses this holder
/// of a token. Another may come first: enter() has the last word. Any thread.
errc may_come(const node_context& node, const net::auth::token_claims* who);

/// Adds the connection to its user's; those that make place for it are ended. What it returns is
/// why it must end itself: too_many_connections, or revoked where that was while it came. `who`
/// names a user. Any thread.
errc enter(node_context& node, const net::auth::token_claims& who, connection_id link,
           const caf::actor& self);

/// Has whoever uses a token that was revoked look at it.
void tell_revoked(node_context& node, const net::auth::revocation& what);

}  // namespace roost::actors
