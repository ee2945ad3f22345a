// SPDX-License-Identifier: Apache-2.0
// The owner's place in the log of its shard.
#pragma once

#include <cstdint>

#include "cluster/log/log_record.hpp"
#include "cluster/log/store_result.hpp"

namespace roost::cluster {

/// Number of a shard's first log id. Later ones have the number of the ownership that begins them.
inline constexpr std::uint64_t first_log_id = 1;

/// The owner's place in its log.
struct log_position {
  log_id log;
  std::uint64_t ownership = 0;
  sequence marker;  ///< of this ownership; 0: not stored yet
  sequence last;    ///< of the last message that is surely stored
  sequence closed;  ///< of the last closed message, which may be under way
};

}  // namespace roost::cluster
