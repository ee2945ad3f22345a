// SPDX-License-Identifier: Apache-2.0
// The envelopes of the bus: commands from edges to a room's owner, and events from it to edges.
#pragma once

#include <variant>

#include "cluster/command.hpp"
#include "cluster/event.hpp"

namespace roost::cluster {

/// Whether a command or an event is of this kind.
template <class Kind, class Envelope>
bool is(const Envelope& envelope) {
  return std::holds_alternative<Kind>(envelope.body);
}

}  // namespace roost::cluster
