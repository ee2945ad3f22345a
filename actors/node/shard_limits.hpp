// SPDX-License-Identifier: Apache-2.0
// The limits of shard logs that follow from the settings.
#pragma once

#include <cstdint>

#include "cluster/log/shard_log_io.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// For a store that syncs snapshots and logs in one order, so that a log may be truncated at once.
cluster::shard_log_limits shard_limits_of(const settings& config, std::uint32_t shards);

}  // namespace roost::actors
