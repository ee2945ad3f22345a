// What kind of thing a client said. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "net/protocol/message.hpp"
#include "net/transport/message_class.hpp"

namespace roost::actors {

enum class request_kind : std::uint8_t { heartbeat, join, leave, token, presence, receipt, push };

request_kind kind_of(const net::message& said);
/// Nothing for a push: only the edge of its topic knows whether it is ephemeral.
std::optional<net::message_class> class_of(request_kind what);

/// What it costs of the rates.
enum class request_cost : std::uint8_t { nothing, message, join };

/// Heartbeats are always answered, and nobody is kept in a channel that it wants to leave.
request_cost cost_of(request_kind what, bool has_channel);

}  // namespace roost::actors
