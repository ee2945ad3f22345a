// SPDX-License-Identifier: Apache-2.0
// Classifies client messages by kind and by their cost in the rate limits. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "net/protocol/message.hpp"
#include "net/transport/message_class.hpp"

namespace roost::actors {

enum class request_kind : std::uint8_t { heartbeat, join, leave, token, presence, receipt, push };

request_kind kind_of(const net::message& message);
/// The metric class; none for a push, because only the edge knows whether it is ephemeral.
std::optional<net::message_class> class_of(request_kind kind);

/// The rate limit that a message counts against.
enum class request_cost : std::uint8_t { nothing, message, join };

/// Heartbeats cost nothing, so they are always answered. A leave from a joined channel costs
/// nothing, so a client can always leave.
request_cost cost_of(request_kind kind, bool has_channel);

}  // namespace roost::actors
