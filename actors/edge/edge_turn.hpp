// SPDX-License-Identifier: Apache-2.0
// The turn of one edge to attach, with the commands that it sends meanwhile.
#pragma once

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "actors/edge/attach_pacer.hpp"
#include "actors/edge/paced_commands.hpp"
#include "actors/messages/room_messages.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// Owns: the commands that are held. Runs on: the edge's loop, but begin() on any thread. Ends:
/// when its edge has attached, or asks for another turn.
struct edge_turn final : attach_pacer::turn {
  edge_turn(caf::actor_addr edge, std::uint32_t of) : to(std::move(edge)), number(of) {}
  void begin() override {
    if (const auto edge = caf::actor_cast<caf::actor>(to)) {
      caf::anon_send(edge, attach_turn{number});
    }
  }
  caf::actor_addr to;
  std::uint32_t number;
  bool has_begun = false;  ///< at the edge
  time_point answered;     ///< when it began, or a part was answered
  bool is_anew = false;    ///< at a new owner or after a broken link; else a resend
  paced_commands commands;
  std::vector<std::shared_ptr<const void>> rounds;  ///< released when all is sent
};

}  // namespace roost::actors
