// SPDX-License-Identifier: Apache-2.0
// The effects of a call of a room_edge: what its actor sends and counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "actors/messages/api_call.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "cluster/envelope.hpp"
#include "config/base/error.hpp"

namespace roost::actors {

/// The effects of one call of a room_edge; its actor carries them out and clears them.
struct edge_effects {
  std::vector<cluster::command> commands;
  std::vector<unicast> unicasts;       ///< messages for single members, in order
  std::vector<broadcast> broadcasts;   ///< written after the unicasts
  std::vector<api_reply> api_replies;  ///< answers to the API
  bool must_attach = false;            ///< a resend is due: call room_edge::attach_again() soon
  std::uint32_t joins_ok = 0;
  std::uint32_t joins_refused = 0;
  std::uint32_t recovered = 0;
  std::uint32_t not_recovered = 0;
  std::uint32_t catch_ups_lost = 0;
  std::uint32_t gaps = 0;
  std::uint32_t repeated = 0;
  std::size_t resent = 0;
  std::uint32_t pushes_in = 0;
  std::uint32_t ephemeral_in = 0;
  std::uint32_t missed_out = 0;    ///< events in catch-up pages
  std::uint32_t presence_out = 0;  ///< presence messages in catch-up pages
  std::uint32_t receipts_out = 0;  ///< receipt messages in catch-up pages
  std::vector<errc> pushes_refused;
  /// Clears all effects; the lists keep their capacity for the next message.
  void clear() {
    commands.clear();
    unicasts.clear();
    broadcasts.clear();
    api_replies.clear();
    pushes_refused.clear();
    joins_ok = joins_refused = recovered = not_recovered = catch_ups_lost = gaps = repeated = 0;
    resent = 0;
    must_attach = false;
    pushes_in = ephemeral_in = missed_out = presence_out = receipts_out = 0;
  }
};

}  // namespace roost::actors
