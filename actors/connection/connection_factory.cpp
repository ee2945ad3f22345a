// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/connection_factory.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/connection/connection_actor.hpp"
#include "actors/connection/user_admission.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "net/auth/claims.hpp"

namespace roost::actors {

namespace {

/// Forwards the callbacks of a session as messages to its connection actor and its fan-out.
/// Owns: references to its actor and its fan-out. Runs on: the session's loop. Ends: with the
/// session.
class forwarding_handler final : public net::connection_handler {
 public:
  forwarding_handler(caf::actor connection, caf::actor fan_out, connection_id id)
      : connection_(std::move(connection)), fan_out_(std::move(fan_out)), id_(id) {}
  void message(net::bytes_ptr data, bool is_binary) override {
    caf::anon_send(connection_, client_data{std::move(data), is_binary});
  }
  void drained() override { caf::anon_send(fan_out_, outbox_drained{id_}); }
  void closed(std::uint16_t code) override { caf::anon_send(connection_, client_closed{code}); }

 private:
  caf::actor connection_;
  caf::actor fan_out_;
  connection_id id_;
};

}  // namespace

std::unique_ptr<net::connection_handler> connection_factory::opened(net::session& session,
                                                                    net::connect_info info) {
  const auto loop = loop_of(session.id());
  auto actor = spawn_on<connection_actor>(scheduler_.unit(loop.value), shared_, session, info);
  shared_.connections.add(session.id(), actor);
  if (info.identity && !info.identity->user.empty()) {
    const auto why = enter(shared_, *info.identity, session.id(), actor);
    if (why != errc::none) session.close(why);
  }
  if (is_draining_)
    caf::anon_send(actor, drain_connection{shared_.config->drain.reconnect_jitter_ms});
  return std::make_unique<forwarding_handler>(std::move(actor), fan_outs_[loop.value],
                                              session.id());
}

errc connection_factory::admits(const net::connect_info& info) {
  return may_connect(shared_, info.identity.get());
}

}  // namespace roost::actors
