// SPDX-License-Identifier: Apache-2.0
// The state of a node, from its start to its end.
#pragma once

#include <cstdint>

namespace roost::net::http {

/// The state that /ready and the metrics report. Set by serve(), read by any loop.
enum class node_state : std::uint8_t {
  starting,
  ready,
  draining,  ///< not ready, but still accepts clients until load balancers have noticed
  closing,   ///< refuses new clients
};

}  // namespace roost::net::http
