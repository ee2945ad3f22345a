// SPDX-License-Identifier: Apache-2.0
// The actor around one loop's fan_out.
#pragma once

#include "actors/edge/edge_registry.hpp"
#include "actors/fan_out/connection_registry.hpp"
#include "actors/fan_out/fan_out.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "config/load/settings_store.hpp"

namespace roost::actors {

/// Receives the batches of edges for its fan_out, and sends its messages. Owns: the fan_out.
/// Runs on: its loop. Ends: at end_now.
class fan_out_actor final : public pinned_actor, private fan_out_sender {
 public:
  fan_out_actor(caf::actor_config& cfg, const settings_store& config, edge_registry& edges,
                const connection_registry& connections, const fault_injection* faults = nullptr);
  caf::behavior make_behavior() override;
  const char* name() const override { return "fan_out"; }

 private:
  void send(const topic& to_edge, const page_request& request) override;
  void send(connection_id to, const channel_ended& message) override;
  void send(connection_id to, const request_refused& message) override;
  std::size_t outbox_bytes_max() const { return config_->limits.outbox_bytes_max; }

  const settings_store& config_;
  edge_registry& edges_;
  const connection_registry& connections_;
  fan_out fan_out_;
};

}  // namespace roost::actors
