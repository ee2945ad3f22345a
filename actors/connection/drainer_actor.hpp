// SPDX-License-Identifier: Apache-2.0
// The actor that closes the connections of one loop during a drain.
#pragma once

#include <caf/actor.hpp>
#include <optional>
#include <random>
#include <vector>

#include "actors/connection/drain_pace.hpp"
#include "actors/fan_out/connection_registry.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "config/load/settings_store.hpp"

namespace roost::actors {

/// A drain_connection with a random delay for the reconnect, from 0 to drain.reconnect_jitter_ms.
drain_connection with_jitter(const settings& config, std::minstd_rand& random);

/// Sends drain_connection to the loop's connections, paced by drain_pace. Owns: references to the
/// connections that its loop had at the first drain_tick. Runs on: its loop. Ends: when all of them
/// have been sent drain_connection, or end_now.
class drainer_actor final : public pinned_actor {
 public:
  /// `spread`: duration of the whole drain, see drain_spread().
  drainer_actor(caf::actor_config& cfg, const settings_store& config,
                const connection_registry& connections, milliseconds spread)
      : pinned_actor(cfg),
        config_(config),
        connections_(connections),
        spread_(spread),
        random_(std::random_device{}()) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "drainer"; }

 private:
  void tick();
  void begin();

  const settings_store& config_;
  const connection_registry& connections_;
  milliseconds spread_;
  std::minstd_rand random_;
  std::optional<drain_pace> pace_;
  std::vector<caf::actor> to_drain_;
  std::size_t sent_ = 0;
};

}  // namespace roost::actors
