// SPDX-License-Identifier: Apache-2.0
// The limits of one iteration of a loop.
#pragma once

#include <chrono>
#include <cstdint>

namespace roost::net {

/// Limits of one iteration of the loop, so that no kind of work starves the others.
struct iteration_budget {
  std::uint32_t sends_max = 64;
  std::chrono::microseconds send_time_max{2'000};
  std::uint32_t handlers_max = 128;
  /// Checked after every 8 handlers; a running handler is never interrupted.
  std::chrono::microseconds handler_time_max{2'000};
};

}  // namespace roost::net
