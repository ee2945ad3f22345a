// SPDX-License-Identifier: Apache-2.0
// How requests to the log store and the snapshot store end.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/ids.hpp"

namespace roost::cluster {

/// Number of a message in the log of a shard, or of a snapshot among those of all shards:
/// 1, 2, 3, … 0: before the first. The store gives it, and never gives it twice to one log.
using sequence = strong_id<struct sequence_tag>;

/// How a write ended. After `unknown` the write may still be stored later, or never.
enum class write_outcome : std::uint8_t {
  stored,
  conflict,  ///< surely not stored: another message is stored where this one was expected
  full,      ///< surely not stored: no space; may succeed later
  refused,   ///< surely not stored by this request; `why` says why; may succeed later
  unknown,   ///< no answer in time
};

struct write_result {
  write_outcome outcome = write_outcome::unknown;
  sequence at;      ///< stored: its sequence; else 0
  std::string why;  ///< of the log line; empty if stored
};

}  // namespace roost::cluster
