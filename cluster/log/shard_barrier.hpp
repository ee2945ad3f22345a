// SPDX-License-Identifier: Apache-2.0
// The barrier among the snapshots of a shard.
#pragma once

#include <cstdint>

namespace roost::cluster {

/// A new owner stores it under the key `$` after it has read the log. A read that answers with it
/// is not older than this ownership.
struct shard_barrier {
  std::uint64_t ownership = 0;
};

}  // namespace roost::cluster
