// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/user_admission.hpp"

#include <caf/send.hpp>

#include "actors/messages/connection_messages.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

errc may_connect(const connection_dependencies& shared, const net::auth::token_claims* claims) {
  const auto& limit = shared.config->limits.connections_per_user;
  if (limit.max == 0 || limit.over != over_limit::refuse || !claims || claims->user.empty())
    return errc::none;
  return shared.users.count(claims->user) < limit.max ? errc::none : errc::too_many_connections;
}

errc enter(const connection_dependencies& shared, const net::auth::token_claims& claims,
           connection_id connection, const caf::actor& self) {
  const auto& limit = shared.config->limits.connections_per_user;
  const auto admission = shared.users.add(claims.user, connection, self, limit.max,
                                          limit.over == over_limit::evict_oldest);
  if (!admission.is_in) {
    const auto reason = row_of(errc::too_many_connections).name;
    log::info("connection_refused",
              {log::of(connection), log::of_user(claims.user), {"reason", reason}});
    return errc::too_many_connections;
  }
  for (const auto& each : admission.evicted) caf::anon_send(each, close_connection{errc::evicted});
  if (!admission.evicted.empty()) {
    shared.probe.add(metrics::counter::evictions, static_cast<double>(admission.evicted.size()));
    log::info("evicted", {log::of_user(claims.user), {"connections", admission.evicted.size()}});
  }
  // A revocation first enters its list and then looks up connections; this function does the
  // reverse, so one of the two always sees the other.
  const bool is_revoked = shared.verifier && shared.verifier->is_revoked(claims, unix_ms());
  return is_revoked ? errc::revoked : errc::none;
}

void notify_revoked(const connection_dependencies& shared, loop_scheduler& scheduler,
                    const net::auth::revocation& revocation) {
  if (revocation.kind == net::auth::revocation_kind::user) {
    for (const auto& each : shared.users.of(revocation.id)) caf::anon_send(each, tokens_revoked{});
    return;
  }
  // No index by token id is kept, because revoking a single token is rare. Notify all connections.
  for (std::size_t i = 0; i < scheduler.size(); ++i) {
    auto& loop = scheduler.unit(i).home();
    loop.post([&connections = shared.connections, id = loop.id()] {
      for (const auto& [connection, each] : connections.on(id))
        caf::anon_send(each, tokens_revoked{});
    });
  }
}

}  // namespace roost::actors
