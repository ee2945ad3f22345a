// SPDX-License-Identifier: Apache-2.0
// Writes a whole store as an export, and builds a store from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/embedded/store_file.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// Counts of an export or import.
struct transfer_totals {
  std::uint32_t shards = 0;
  std::uint64_t log_messages = 0;
  std::uint64_t snapshots = 0;  ///< of rooms, and barriers
  std::uint64_t bytes = 0;      ///< of the export
};

/// Takes the next bytes of an export. Its failure ends the export.
using byte_sink = std::function<result<void>(std::string_view)>;

/// Gives the next bytes of an export, valid until the next call; none: its end.
using byte_source = std::function<result<std::string_view>()>;

/// Writes the store in a folder as an export and does not change the store. A snapshot in parts is
/// written whole. Memory is bounded by about four times the largest message or snapshot. Blocks.
/// Fails with cannot_open_store, store_locked, store_damaged (it exports nothing that cannot be
/// imported), or the sink's failure.
result<transfer_totals> export_store(const std::string& folder, const byte_sink& sink);

/// Builds a store in a folder that has none. After a failure the folder is as it was before.
/// `shards`: if given, an export with another number is refused. A snapshot above
/// `message_bytes_max` is stored in parts. Blocks. Fails with
/// cannot_open_store, store_locked, store_damaged for an export that is damaged or cut off, or the
/// source's failure.
result<transfer_totals> import_store(const std::string& folder, std::optional<std::uint32_t> shards,
                                     const byte_source& source,
                                     std::size_t message_bytes_max = store_message_bytes_max);

}  // namespace roost::cluster
