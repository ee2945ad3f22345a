// Requests of the server API to a topic, and their answers. The API is not a member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"

namespace roost::actors {

/// A publish or a query (look), sent to the topic's edge.
struct errand {
  std::uint64_t ticket = 0;                  ///< request id; the answer carries it
  std::string once = {};                     ///< publish: idempotency key; empty: the payload's
  std::optional<cluster::place> since = {};  ///< look: events after it; none: from the oldest held
  std::uint32_t events_max = 0;              ///< look: 0: no events
  bool wants_presence = false;               ///< look
};

/// The edge's answer.
struct errand_done {
  std::uint64_t ticket = 0;
  errc why = errc::none;
  std::optional<cluster::place> at = {};  ///< publish: position; none for an ephemeral event
  cluster::event_ptr seen = {};           ///< look: the room's answer
};

}  // namespace roost::actors
