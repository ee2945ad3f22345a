// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_builder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cluster/embedded/file_system.hpp"
#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/store_file.hpp"

namespace roost::cluster {
namespace {

namespace fs = std::filesystem;

// Nothing reads the file before it is complete and synced, so it needs neither a journal nor syncs
// while it is written.
constexpr const char* prepare_building = R"(
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
)";

/// Why the present file of the folder may not be replaced; empty: there is none, or it is unused.
std::string reason_to_keep(const std::string& path) {
  if (size_of_file(path) == 0) return {};
  sqlite::connection file(path);
  if (has_no_tables(file) && !file.failed()) return {};
  const auto problem = version_problem(file);
  const auto rows = file.number(
      "SELECT (SELECT count(*) FROM log) + (SELECT count(*) FROM snapshots) + "
      "(SELECT count(*) FROM emptied_logs)");
  if (problem.empty() && !file.failed() && rows == 0) return {};
  return "there is a store already: name a new folder, or move this one away";
}

}  // namespace

store_builder::tables::tables(sqlite::connection& file)
    : log(file, "INSERT INTO log (id, checksum, message) VALUES (?1, ?2, ?3)"),
      emptied_log(file, "INSERT INTO emptied_logs (shard, last) VALUES (?1, ?2)"),
      snapshot(file,
               "INSERT INTO snapshots (sequence, shard, key, checksum, message) "
               "VALUES (?1, ?2, ?3, ?4, ?5)") {}

store_builder::store_builder(store_folder folder, bool is_new_folder)
    : folder_(std::move(folder)), is_new_folder_(is_new_folder) {}

result<std::unique_ptr<store_builder>> store_builder::begin(const std::string& folder) {
  std::error_code ignored;
  const bool is_new_folder = !fs::exists(folder, ignored);
  auto locked = store_folder::lock(folder);
  if (!locked) return locked.failure();
  std::unique_ptr<store_builder> out(new store_builder(std::move(*locked), is_new_folder));
  if (const auto why = reason_to_keep(out->folder_.file()); !why.empty()) return out->cannot(why);
  if (const auto opened = out->open(); !opened) return opened.failure();
  return out;
}

store_builder::~store_builder() {
  tables_.reset();
  file_.reset();
  std::error_code ignored;
  fs::remove(unfinished_file(), ignored);
  if (!is_new_folder_) return;
  fs::remove(folder_.path() + "/lock", ignored);
  fs::remove(folder_.path(), ignored);
}

error store_builder::cannot(const std::string& why) const {
  return {errc::cannot_open_store, folder_.path() + ": " + why};
}

result<void> store_builder::open() {
  const auto path = unfinished_file();
  std::error_code ignored;
  fs::remove(path, ignored);  // of an import that was killed
  const int created = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (created < 0) return cannot(system_error());
  ::close(created);
  file_ = std::make_unique<sqlite::connection>(path);
  file_->run(prepare_building);
  create_store_tables(*file_);
  tables_.emplace(*file_);
  file_->run("BEGIN");
  if (const auto why = file_->take_failure()) return cannot(why->why);
  return {};
}

bool store_builder::add_to_log(shard_id shard, sequence at, std::string_view message) {
  if (shard.value >= log_table::shards_max || at.value > log_table::sequence_max) {
    file_->fail({sqlite::failure::kind::other, "a shard or sequence is too great"});
  }
  tables_->log.run(log_table::id_of(shard, at.value), checksum_of(message), message);
  return !file_->failed();
}

bool store_builder::add_emptied_log(shard_id shard, sequence last) {
  tables_->emptied_log.run(std::int64_t{shard.value}, static_cast<std::int64_t>(last.value));
  return !file_->failed();
}

bool store_builder::add_snapshot(shard_id shard, std::string_view key, sequence at,
                                 std::string_view message) {
  tables_->snapshot.run(static_cast<std::int64_t>(at.value), std::int64_t{shard.value}, key,
                        checksum_of(message), message);
  return !file_->failed();
}

bool store_builder::fail(std::string why) {
  file_->fail({sqlite::failure::kind::other, std::move(why)});
  return false;
}

result<void> store_builder::finish(sequence last_snapshot) {
  sqlite::statement(*file_, "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'snapshots'")
      .run(static_cast<std::int64_t>(last_snapshot.value));
  file_->run("COMMIT");
  if (const auto why = file_->take_failure()) return cannot(why->why);
  tables_.reset();
  file_.reset();
  return put_in_place();
}

result<void> store_builder::put_in_place() {
  const auto path = folder_.file();
  if (!sync_path(unfinished_file(), O_RDWR)) return cannot(system_error());
  // A WAL file of the unused store would be taken for one of the new file.
  std::error_code ignored;
  fs::remove(path + "-wal", ignored);
  fs::remove(path + "-shm", ignored);
  if (std::rename(unfinished_file().c_str(), path.c_str()) != 0) return cannot(system_error());
  is_new_folder_ = false;
  return folder_.mark_created();
}

}  // namespace roost::cluster
