// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/snapshot_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "cluster/embedded/store_file.hpp"

namespace roost::cluster {
namespace {

write_result conflict_with(sequence newest) {
  return {write_outcome::conflict, {}, "the newest one is " + std::to_string(newest.value)};
}

/// A row's number as SQLite takes it.
std::int64_t bounded(std::size_t number) {
  constexpr auto max = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  return static_cast<std::int64_t>(std::min(number, max));
}

}  // namespace

snapshot_table::snapshot_table(sqlite::connection& file)
    : file_(file),
      newest_(file, "SELECT sequence FROM snapshots WHERE shard = ?1 AND key = ?2"),
      last_(file, "SELECT seq FROM sqlite_sequence WHERE name = 'snapshots'"),
      put_(file,
           "INSERT OR REPLACE INTO snapshots (shard, key, checksum, message) "
           "VALUES (?1, ?2, ?3, ?4)"),
      remove_(file, "DELETE FROM snapshots WHERE sequence = ?1"),
      remove_parts_(file,
                    "DELETE FROM snapshots WHERE shard = ?1 AND key > ?2 AND key < ?3 "
                    "AND sequence < ?4"),
      get_(file, "SELECT sequence, checksum, message FROM snapshots WHERE shard = ?1 AND key = ?2"),
      list_(file,
            "SELECT key, sequence, substr(message, 1, ?4) FROM snapshots "
            "WHERE shard = ?1 AND key > ?2 AND instr(key, x'2E') = 0 ORDER BY key LIMIT ?3"),
      list_parts_(file,
                  "SELECT key, sequence, x'' FROM snapshots "
                  "WHERE shard = ?1 AND key > ?2 AND instr(key, x'2E') > 0 ORDER BY key LIMIT ?3") {
}

sequence snapshot_table::newest(shard_id shard, std::string_view key) {
  auto rows = newest_.query(std::int64_t{shard.value}, key);
  return rows.next() ? sequence{static_cast<std::uint64_t>(rows.number(0))} : sequence{};
}

sequence snapshot_table::last() {
  auto rows = last_.query();
  return rows.next() ? sequence{static_cast<std::uint64_t>(rows.number(0))} : sequence{};
}

write_result snapshot_table::put(shard_id shard, std::string_view key, sequence expected,
                                 std::string_view message) {
  const auto present = newest(shard, key);
  if (present != expected) return conflict_with(present);
  return put_part(shard, key, message);
}

write_result snapshot_table::put_part(shard_id shard, std::string_view key, std::string_view part) {
  put_.run(std::int64_t{shard.value}, key, checksum_of(part), part);
  return {write_outcome::stored, sequence{static_cast<std::uint64_t>(file_.last_insert_id())}, {}};
}

/// The keys of parts are between the room's key with `.` and with the character after it.
write_result snapshot_table::remove_parts(shard_id shard, std::string_view key,
                                          sequence first_kept) {
  const auto begin = std::string(key) + ".";
  const auto end = std::string(key) + "/";
  remove_parts_.run(std::int64_t{shard.value}, std::string_view{begin}, std::string_view{end},
                    static_cast<std::int64_t>(first_kept.value));
  return {write_outcome::stored, {}, {}};
}

write_result snapshot_table::remove(shard_id shard, std::string_view key, sequence expected) {
  const auto present = newest(shard, key);
  if (present == sequence{} || present != expected) return conflict_with(present);
  remove_.run(static_cast<std::int64_t>(present.value));
  return remove_parts(shard, key, expected);
}

snapshot_page snapshot_table::get(shard_id shard, const std::vector<std::string>& keys) {
  snapshot_page out;
  for (const auto& key : keys) {
    auto rows = get_.query(std::int64_t{shard.value}, std::string_view{key});
    if (!rows.next()) continue;
    const auto message = rows.blob(2);
    if (rows.number(1) != checksum_of(message)) {
      file_.fail({sqlite::failure::kind::other, "the snapshot " + key + " of shard " +
                                                    std::to_string(shard.value) + " is damaged"});
      return out;
    }
    out.messages.push_back({key, sequence{static_cast<std::uint64_t>(rows.number(0))},
                            slice::of(bytes_ptr::copy(message))});
  }
  out.up_to = last();
  return out;
}

snapshot_page snapshot_table::list(shard_id shard, std::string_view after, std::size_t max,
                                   std::size_t headers_max) {
  return page_of(
      list_.query(std::int64_t{shard.value}, after, bounded(max) + 1, bounded(headers_max)), max);
}

snapshot_page snapshot_table::list_parts(shard_id shard, std::string_view after, std::size_t max) {
  return page_of(list_parts_.query(std::int64_t{shard.value}, after, bounded(max) + 1), max);
}

snapshot_page snapshot_table::page_of(sqlite::cursor rows, std::size_t max) {
  snapshot_page out;
  while (rows.next()) {
    out.is_end = out.messages.size() < max;
    if (!out.is_end) break;
    out.messages.push_back({std::string(rows.blob(0)),
                            sequence{static_cast<std::uint64_t>(rows.number(1))},
                            slice::of(bytes_ptr::copy(rows.blob(2)))});
  }
  out.up_to = last();
  return out;
}

}  // namespace roost::cluster
