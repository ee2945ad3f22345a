// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/store_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "cluster/embedded/file_system.hpp"
#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/store_file.hpp"

namespace roost::cluster {
namespace {

/// The system's reason, if the file cannot be opened at all.
std::string reason_not_to_read(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error();
  ::close(file);
  return {};
}

stored_row row_of(const sqlite::cursor& rows, std::string_view key) {
  const auto message = rows.blob(2);
  return {sequence{static_cast<std::uint64_t>(rows.number(0))}, key, message,
          rows.number(1) == checksum_of(message)};
}

}  // namespace

store_source::store_source(store_folder folder, std::unique_ptr<sqlite::connection> file,
                           bool has_wal)
    : folder_(std::move(folder)),
      file_(std::move(file)),
      has_wal_(has_wal),
      log_(*file_, "SELECT id, checksum, message FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id"),
      snapshots_(*file_,
                 "SELECT sequence, checksum, message, key FROM snapshots WHERE shard = ?1 "
                 "ORDER BY key"),
      snapshot_(*file_,
                "SELECT sequence, checksum, message FROM snapshots WHERE shard = ?1 AND key = ?2"),
      first_(*file_, "SELECT id FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1"),
      last_(*file_, "SELECT id FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1"),
      last_if_empty_(*file_, "SELECT last FROM emptied_logs WHERE shard = ?1") {}

result<std::unique_ptr<store_source>> store_source::open(const std::string& folder) {
  const auto path = folder + "/roost.db";
  if (const auto why = reason_not_to_read(path); !why.empty()) {
    return error{errc::cannot_open_store, path + ": " + why};
  }
  auto locked = store_folder::lock_existing(folder);
  if (!locked) return locked.failure();
  if (size_of_file(path) == 0) return error{errc::store_damaged, path + ": the file is empty"};
  // A killed node leaves a WAL file. Without one the file is complete and needs no other files.
  const bool has_wal = size_of_file(path + "-wal") > 0;
  auto file = std::make_unique<sqlite::connection>(
      path, has_wal ? sqlite::access::read_only : sqlite::access::immutable);
  file->run("PRAGMA cell_size_check = ON");
  file->run("BEGIN");
  const auto problem = version_problem(*file);
  if (const auto why = file->take_failure()) {
    return error{errc::store_damaged, path + ": " + why->why};
  }
  if (!problem.empty()) return error{errc::cannot_open_store, path + ": " + problem};
  std::unique_ptr<store_source> out(new store_source(std::move(*locked), std::move(file), has_wal));
  if (const auto why = out->take_failure()) {
    return error{errc::store_damaged, path + ": " + why->why};
  }
  return out;
}

std::vector<std::string> store_source::damage() {
  auto out = file_->texts("PRAGMA integrity_check(99)");
  if (const auto why = file_->take_failure()) out.push_back(why->why);
  std::erase(out, "ok");
  if (auto problem = problem_with_end(*file_, folder_.file()); !problem.empty()) {
    out.push_back(std::move(problem));
  }
  return out;
}

void store_source::read_snapshot(shard_id shard, std::string_view key, const row_reader& use) {
  auto rows = snapshot_.query(std::int64_t{shard.value}, key);
  if (rows.next()) use(row_of(rows, key));
}

void store_source::read_log(shard_id shard, const row_reader& use) {
  auto rows = log_.query(log_table::first_id(shard), log_table::last_id(shard));
  while (rows.next()) {
    auto row = row_of(rows, {});
    row.at = sequence{log_table::sequence_of(rows.number(0))};
    if (!use(row)) return;
  }
}

void store_source::read_snapshots(shard_id shard, const row_reader& use) {
  auto rows = snapshots_.query(std::int64_t{shard.value});
  while (rows.next()) {
    if (!use(row_of(rows, rows.blob(3)))) return;
  }
}

log_extent store_source::extent_of(shard_id shard) {
  const auto from = log_table::first_id(shard);
  const auto to = log_table::last_id(shard);
  {
    auto rows = first_.query(from, to);
    auto newest = last_.query(from, to);
    if (rows.next() && newest.next()) {
      return {sequence{log_table::sequence_of(rows.number(0))},
              sequence{log_table::sequence_of(newest.number(0))}};
    }
  }
  auto rows = last_if_empty_.query(std::int64_t{shard.value});
  const auto last = rows.next() ? static_cast<std::uint64_t>(rows.number(0)) : 0;
  return {sequence{last + 1}, sequence{last}};
}

sequence store_source::last_snapshot() {
  const auto last = file_->number("SELECT max(seq) FROM sqlite_sequence WHERE name = 'snapshots'");
  return sequence{static_cast<std::uint64_t>(last)};
}

std::uint64_t store_source::rows_outside(std::uint32_t shards) {
  const auto count = [this](const char* sql, std::int64_t first_outside) {
    sqlite::statement query(*file_, sql);
    auto rows = query.query(first_outside);
    return rows.next() ? static_cast<std::uint64_t>(rows.number(0)) : 0;
  };
  const std::int64_t outside{shards};
  return count("SELECT count(*) FROM log WHERE id < 0 OR id >= ?1",
               log_table::first_id(shard_id{shards})) +
         count("SELECT count(*) FROM snapshots WHERE shard < 0 OR shard >= ?1", outside) +
         count("SELECT count(*) FROM emptied_logs WHERE shard < 0 OR shard >= ?1", outside);
}

std::uint64_t store_source::file_bytes() const {
  return size_of_file(folder_.file()) + (has_wal_ ? size_of_file(folder_.file() + "-wal") : 0);
}

}  // namespace roost::cluster
