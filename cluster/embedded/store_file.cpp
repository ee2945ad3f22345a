// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_file.hpp"

#include "cluster/embedded/file_system.hpp"
#include "cluster/embedded/wal_pages.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster {
namespace {

/// Marks a file as ours: "Roos".
constexpr std::int64_t application = 0x526f6f73;

// A log message's id has its shard in the upper 19 bits and its sequence in the lower 44
// (log_table).
constexpr const char* create_tables = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE log (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, message BLOB NOT NULL);
  CREATE TABLE emptied_logs (shard INTEGER PRIMARY KEY, last INTEGER NOT NULL);
  CREATE TABLE snapshots (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, shard INTEGER NOT NULL, key BLOB NOT NULL,
    checksum INTEGER NOT NULL, message BLOB NOT NULL, UNIQUE (shard, key));
  PRAGMA application_id = 0x526f6f73;
  PRAGMA user_version = 1;
  COMMIT;
)";

constexpr const char* prepare_connection = R"(
  PRAGMA journal_size_limit = 67108864;
  PRAGMA secure_delete = OFF;
  PRAGMA cell_size_check = ON;
)";

using opened = result<std::unique_ptr<sqlite::connection>>;

error cannot(const store_folder& folder, const std::string& why) {
  return {errc::cannot_open_store, folder.file() + ": " + why};
}

/// Copies what a killed process left in the WAL file, and reads the file through unless it is
/// large. Without space for the copy the store still serves reads.
std::string damage_in(sqlite::connection& file, const std::string& path) {
  file.checkpoint(true);
  const auto why = file.take_failure();
  if (why && why->of == sqlite::failure::kind::other) return why->why;
  if (!why) {
    if (auto problem = problem_with_end(file, path); !problem.empty()) return problem;
  }
  if (size_of_file(path) > checked_bytes_max) return {};
  const auto found = file.text("PRAGMA quick_check(1)");
  return file.failed() || found == "ok" ? std::string{} : found;
}

}  // namespace

void create_store_tables(sqlite::connection& file) { file.run(create_tables); }

bool has_no_tables(sqlite::connection& file) {
  return file.number("PRAGMA application_id") == 0 && file.number("PRAGMA user_version") == 0 &&
         file.number("SELECT count(*) FROM sqlite_master") == 0;
}

std::string version_problem(sqlite::connection& file) {
  const auto found = file.number("PRAGMA application_id");
  const auto version = file.number("PRAGMA user_version");
  if (file.failed()) return {};
  if (found != application) return "it is not a store of Roost";
  if (version == store_version) return {};
  return "it has version " + std::to_string(version) + ", and this program supports version " +
         std::to_string(store_version) + ": use the program that wrote it, or a newer one";
}

std::string problem_with_end(sqlite::connection& file, const std::string& path) {
  auto last = static_cast<std::uint32_t>(file.number("PRAGMA page_count"));
  const auto page = file.number("PRAGMA page_size");
  const auto in_wal = pages_in_wal(path + "-wal");
  while (in_wal.contains(last)) --last;
  const auto expected = std::uint64_t{last} * static_cast<std::uint64_t>(page);
  const auto present = size_of_file(path);
  if (file.failed() || present >= expected) return {};
  return "the file was cut off: it lacks " + std::to_string(expected - present) + " of " +
         std::to_string(expected) + " bytes";
}

opened open_store_file(store_folder& folder, store_sync sync) {
  const auto path = folder.file();
  if (size_of_file(path) == 0 && folder.is_created()) {
    return cannot(folder,
                  "the file is missing or empty: restore it, or remove the folder to begin "
                  "without the stored rooms");
  }
  if (const auto created = folder.create_file(); !created) return created.failure();
  auto file = std::make_unique<sqlite::connection>(path);
  file->run(prepare_connection);
  if (!folder.is_created() && has_no_tables(*file)) {
    file->run("PRAGMA journal_mode = WAL");
    create_store_tables(*file);
  }
  std::string problem = version_problem(*file);
  if (problem.empty()) {
    file->run("PRAGMA journal_mode = WAL");
    file->run(sync == store_sync::always ? "PRAGMA synchronous = FULL"
                                         : "PRAGMA synchronous = NORMAL");
    if (!file->failed()) problem = damage_in(*file, path);
  }
  if (const auto why = file->take_failure()) return cannot(folder, why->why);
  if (!problem.empty()) return cannot(folder, problem);
  if (!folder.is_created()) {
    if (const auto marked = folder.mark_created(); !marked) return marked.failure();
  }
  return file;
}

opened open_for_reads(const store_folder& folder) {
  auto file = std::make_unique<sqlite::connection>(folder.file());
  file->run(prepare_connection);
  file->run("PRAGMA query_only = ON");
  if (const auto why = file->take_failure()) return cannot(folder, why->why);
  return file;
}

std::int64_t checksum_of(std::string_view message) {
  constexpr siphash_key fixed{0x726f6f7374, 0x73746f7265};  // part of the file's format
  return static_cast<std::int64_t>(siphash<1, 3>::of(fixed, message));
}

}  // namespace roost::cluster
