// SPDX-License-Identifier: Apache-2.0
// The output of the commands for a store. Pure.
#pragma once

#include <string>
#include <string_view>

#include "cluster/transfer/check_store.hpp"
#include "cluster/transfer/export_store.hpp"

namespace roost::actors {

// Each text ends with a line feed, or is empty.

/// The store, and a line for each shard.
std::string table_text(const std::string& folder, const cluster::store_check& checked);
/// A line for each finding, which begins with its shard, sequence, snapshot and room.
std::string findings_text(const cluster::store_check& checked);
/// The totals, and the number of findings.
std::string summary_text(const std::string& folder, const cluster::store_check& checked);
/// Everything as one JSON object in one line.
std::string json_text(const std::string& folder, const cluster::store_check& checked);

/// `done`: "exported" or "imported".
std::string transfer_text(std::string_view done, const cluster::transfer_totals& totals,
                          const std::string& from, const std::string& to);

}  // namespace roost::actors
