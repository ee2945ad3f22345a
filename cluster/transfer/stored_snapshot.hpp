// SPDX-License-Identifier: Apache-2.0
// Reads a snapshot of a store that may be in parts.
#pragma once

#include <cstddef>
#include <string>

#include "cluster/embedded/store_source.hpp"
#include "cluster/shard.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// A snapshot as one message.
struct stored_snapshot {
  slice message;          ///< joined, if it is in parts
  std::string problem;    ///< empty: none; else a part of it is missing or damaged
  std::size_t parts = 0;  ///< those that its room's message names and the store has
};

/// The snapshot of a row that is intact and no part. It reads further rows; a failure of these
/// stays in `from`. Memory: twice the snapshot. Runs on the thread of `from`.
stored_snapshot read_stored(store_source& from, shard_id shard, const stored_row& row);

}  // namespace roost::cluster
