// SPDX-License-Identifier: Apache-2.0
// Opens the file of an embedded store: its schema, version and integrity.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cluster/embedded/sqlite.hpp"
#include "cluster/embedded/store_folder.hpp"
#include "config/base/error.hpp"
#include "config/schema/setting_choices.hpp"

namespace roost::cluster {

/// The version of the tables. A store of a greater version is refused.
inline constexpr std::int64_t store_version = 1;
/// Of a message of a log, of a snapshot, or of a part of one.
inline constexpr std::size_t store_message_bytes_max = 8U << 20U;
/// A greater file is not read through when it is opened. Each message has a checksum, so that its
/// damage is found when it is read.
inline constexpr std::uint64_t checked_bytes_max = 256U << 20U;

/// Opens the file, or creates it in a new folder, and checks it. Fails with cannot_open_store.
result<std::unique_ptr<sqlite::connection>> open_store_file(store_folder& folder, store_sync sync);

/// Creates the tables of a store in an empty file. Fails as the connection does.
void create_store_tables(sqlite::connection& file);

/// No table was ever created: a process was killed while it created them, or the file is empty.
bool has_no_tables(sqlite::connection& file);

/// Why the file is not a store of this version; empty: it is one, or the connection failed.
std::string version_problem(sqlite::connection& file);

/// Says how many bytes are missing at the end of a file, up to its last page that is not in the WAL
/// file; empty: none. SQLite itself does not notice it if less than a page is missing.
std::string problem_with_end(sqlite::connection& file, const std::string& path);

/// Another connection to the open file, for reads.
result<std::unique_ptr<sqlite::connection>> open_for_reads(const store_folder& folder);

/// The checksum that is stored with each message.
std::int64_t checksum_of(std::string_view message);

}  // namespace roost::cluster
