#include "actors/connection/admission.hpp"

#include <caf/send.hpp>

#include "actors/connection/user_directory.hpp"
#include "actors/messages.hpp"
#include "config/base/log.hpp"
#include "net/auth/token_office.hpp"

namespace roost::actors {

errc may_come(const node_context& node, const net::auth::token_claims* claims) {
  const auto& limit = node.config->limits.connections_per_user;
  if (limit.max == 0 || limit.over != over_limit::refuse || !claims || claims->user.empty())
    return errc::none;
  return node.users->count(claims->user) < limit.max ? errc::none : errc::too_many_connections;
}

errc enter(node_context& node, const net::auth::token_claims& claims, connection_id link,
           const caf::actor& self) {
  const auto& limit = node.config->limits.connections_per_user;
  const auto got =
      node.users->add(claims.user, link, self, limit.max, limit.over == over_limit::evict_oldest);
  if (!got.is_in) {
    const auto reason = row_of(errc::too_many_connections).name;
    log::info("connection_refused", {log::of(link), log::of_user(claims.user), {"reason", reason}});
    return errc::too_many_connections;
  }
  for (const auto& each : got.evicted) caf::anon_send(each, close_connection{errc::evicted});
  if (!got.evicted.empty()) {
    node.probe.add(metrics::counter::evictions, static_cast<double>(got.evicted.size()));
    log::info("evicted", {log::of_user(claims.user), {"connections", got.evicted.size()}});
  }
  // Revoking first adds to the list and then looks up connections; this function does the reverse.
  // So one of the two always sees the other.
  const bool is_revoked = node.verifier && node.verifier->is_revoked(claims, unix_ms());
  return is_revoked ? errc::revoked : errc::none;
}

void tell_revoked(node_context& node, const net::auth::revocation& revocation) {
  if (revocation.kind == net::auth::revocation_kind::user) {
    for (const auto& each : node.users->of(revocation.id)) caf::anon_send(each, tokens_revoked{});
    return;
  }
  // No index by token id is kept, because revoking a single token is rare. Tell all connections.
  for (std::size_t i = 0; i < node.links.size(); ++i) {
    node.scheduler.unit(i).home().post([&node, i] {
      for (const auto& [link, each] : node.links[i]) caf::anon_send(each, tokens_revoked{});
    });
  }
}

}  // namespace roost::actors
