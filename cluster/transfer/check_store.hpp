// SPDX-License-Identifier: Apache-2.0
// Checks a whole store and lists everything that is wrong with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/log/store_identity.hpp"
#include "cluster/transfer/store_finding.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

struct store_check {
  std::int64_t version = 0;                ///< of the store's tables
  std::uint64_t file_bytes = 0;            ///< with the WAL file
  std::optional<store_identity> identity;  ///< unset: missing or unreadable
  std::vector<shard_totals> shards;
  finding_list found;
};

/// Reads the store in a folder and changes nothing: SQLite's integrity check, every message of
/// every log, and every snapshot. Memory grows with the number of rooms of a shard, and with the
/// largest snapshot. Blocks. Fails only if the store cannot be opened: with cannot_open_store,
/// store_locked, or store_damaged.
result<store_check> check_store(const std::string& folder);

}  // namespace roost::cluster
