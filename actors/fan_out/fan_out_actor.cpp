// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out_actor.hpp"

#include <caf/send.hpp>

#include "actors/messages/end_now.hpp"
#include "net/loop/flusher.hpp"

namespace roost::actors {

fan_out_actor::fan_out_actor(caf::actor_config& cfg, const settings_store& config,
                             edge_registry& edges, const connection_registry& connections,
                             const fault_injection* faults)
    : pinned_actor(cfg),
      config_(config),
      edges_(edges),
      connections_(connections),
      fan_out_(home().sessions(), home().flusher().counts(), *this, faults) {}

caf::behavior fan_out_actor::make_behavior() {
  return {
      [this](const fan_out_batch& batch) -> no_answer {
        fan_out_.deliver(batch, outbox_bytes_max());
        return {};
      },
      [this](const outbox_drained& message) {
        fan_out_.drained(message.connection, outbox_bytes_max());
      },
      [this](end_now) {
        fan_out_.clear();
        quit();
      },
  };
}

void fan_out_actor::send(const topic& to_edge, const page_request& request) {
  if (auto edge = edges_.find(to_edge)) caf::anon_send(edge, request);
}

void fan_out_actor::send(connection_id to, const channel_ended& message) {
  if (const auto connection = connections_.find(to)) caf::anon_send(connection, message);
}

void fan_out_actor::send(connection_id to, const request_refused& message) {
  if (const auto connection = connections_.find(to)) caf::anon_send(connection, message);
}

}  // namespace roost::actors
