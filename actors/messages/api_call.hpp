// SPDX-License-Identifier: Apache-2.0
// Requests of the server API to a topic, and their answers. The API is not a member.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"

namespace roost::actors {

/// A publish or a query, sent to the topic's edge.
struct api_call {
  std::uint64_t request_id = 0;        ///< the api_reply repeats it
  std::string idempotency_key = {};    ///< publish; empty: the key in the payload counts
  std::optional<position> since = {};  ///< query: events after it; none: from the oldest held
  std::uint32_t events_max = 0;        ///< query: 0: no events
  bool wants_presence = false;         ///< query
};

/// The edge's answer.
struct api_reply {
  std::uint64_t request_id = 0;
  errc why = errc::none;
  std::optional<position> at = {};   ///< publish: position; none for an ephemeral event
  cluster::event_ptr snapshot = {};  ///< query: the room's answer
  node_id owner = {};                ///< query: the node that has answered
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_reply)
