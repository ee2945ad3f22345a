// What the server's owner wants of a topic, through the API; it is no member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/envelope.hpp"
#include "config/base/error.hpp"

namespace roost::actors {

/// To the edge of the topic: a publish or a look.
struct errand {
  std::uint64_t ticket = 0;  ///< the answer carries it
  std::string once = {};     ///< publish: a value that counts once; empty: the payload's, if any
  std::optional<cluster::place> since = {};  ///< look: after it; none: from the oldest held on
  std::uint32_t events_max = 0;              ///< look: 0: no events are wanted
  bool wants_presence = false;               ///< look
};

/// The edge's answer.
struct errand_done {
  std::uint64_t ticket = 0;
  errc why = errc::none;
  std::optional<cluster::place> at = {};  ///< publish: none of an ephemeral event
  cluster::event_ptr seen = {};           ///< look
};

}  // namespace roost::actors
