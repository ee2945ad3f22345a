// SPDX-License-Identifier: Apache-2.0
// Runs a small script of two clients of one room in every possible order of message delivery.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "actors/runtime/fault_injection.hpp"
#include "tests/promises/received_frame.hpp"

namespace roost::actors {

/// The first client has joined and pushed two events; then both clients send their events.
struct script {
  bool echo = true;
  std::vector<std::string> first = {};            ///< events that the first client sends
  std::vector<std::string> second = {};           ///< events that the second client sends
  std::optional<promises::position> resume = {};  ///< in the second client's joins
  bool has_joined = false;                        ///< the second client has joined before
  /// If not 0, the second client reads at every point, from an outbox of this many bytes.
  std::size_t outbox_bytes = 0;
  bool may_close = false;  ///< it may be closed as a slow consumer
  bool conflates = false;  ///< an ephemeral event replaces the last unread one
};

/// How many runs there were, and how many of them exercised something.
struct run_counts {
  std::size_t runs = 0;
  std::size_t paged = 0;    ///< a member waited for catch-up pages
  std::size_t dropped = 0;  ///< an open session did not get every ephemeral event
  std::size_t closed = 0;   ///< a slow consumer was closed
};

/// Plays every run of the script, and requires that each keeps every promise to the clients.
run_counts play_all(const script& script);
/// Whether a run of the script breaks a promise with this fault.
bool finds(bool fault_injection::*fault, const script& script);

}  // namespace roost::actors
