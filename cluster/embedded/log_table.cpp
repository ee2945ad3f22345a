// SPDX-License-Identifier: Apache-2.0
#include "cluster/embedded/log_table.hpp"

#include <algorithm>
#include <string>

#include "cluster/embedded/store_file.hpp"

namespace roost::cluster {
std::int64_t log_table::id_of(shard_id shard, std::uint64_t at) {
  return static_cast<std::int64_t>(std::uint64_t{shard.value} << 44U | std::min(at, sequence_max));
}

std::uint64_t log_table::sequence_of(std::int64_t id) {
  return static_cast<std::uint64_t>(id) & sequence_max;
}

log_table::log_table(sqlite::connection& file)
    : file_(file),
      last_(file, "SELECT id FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1"),
      last_if_empty_(file, "SELECT last FROM emptied_logs WHERE shard = ?1"),
      insert_(file, "INSERT INTO log (id, checksum, message) VALUES (?1, ?2, ?3)"),
      set_last_if_empty_(file, "INSERT OR REPLACE INTO emptied_logs (shard, last) VALUES (?1, ?2)"),
      sizes_(file, "SELECT id, length(message) FROM log WHERE id >= ?1 AND id < ?2 ORDER BY id"),
      remove_(file, "DELETE FROM log WHERE id BETWEEN ?1 AND ?2"),
      first_(file, "SELECT id FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1"),
      bytes_(file, "SELECT sum(length(message)) FROM log WHERE id BETWEEN ?1 AND ?2"),
      read_(file, "SELECT id, checksum, message FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id") {}

std::uint64_t log_table::last(shard_id shard) {
  {
    auto rows = last_.query(first_id(shard), last_id(shard));
    if (rows.next()) return sequence_of(rows.number(0));
  }
  auto rows = last_if_empty_.query(std::int64_t{shard.value});
  return rows.next() ? static_cast<std::uint64_t>(rows.number(0)) : 0;
}

write_result log_table::append(shard_id shard, sequence expected_last, std::string_view message) {
  const auto present = last(shard);
  if (expected_last.value != present) {
    return {write_outcome::conflict, {}, "the last sequence is " + std::to_string(present)};
  }
  if (shard.value >= shards_max || present >= sequence_max) {
    return {write_outcome::refused, {}, "the shard or sequence is too great"};
  }
  insert_.run(id_of(shard, present + 1), checksum_of(message), message);
  return {write_outcome::stored, sequence{present + 1}, {}};
}

write_step log_table::purge(shard_id shard, sequence first_kept) {
  const auto present = last(shard);
  if (first_kept.value > present + 1) {
    return {{write_outcome::refused, {}, "the log ends at " + std::to_string(present)}};
  }
  std::int64_t end = -1;
  std::int64_t bytes = 0;
  bool has_more = false;
  {
    auto rows = sizes_.query(first_id(shard), id_of(shard, first_kept.value));
    while (!has_more && rows.next()) {
      has_more = bytes >= purged_bytes_max;
      if (has_more) break;
      end = rows.number(0);
      bytes += rows.number(1) + 64;  // small messages count too
    }
  }
  if (end < 0) return {{write_outcome::stored, {}, {}}};
  if (sequence_of(end) == present) set_last_if_empty_.run(std::int64_t{shard.value}, present);
  remove_.run(first_id(shard), end);
  return {{write_outcome::stored, {}, {}}, has_more};
}

log_state log_table::state(shard_id shard) {
  log_state out;
  out.last = sequence{last(shard)};
  out.first = sequence{out.last.value + 1};
  {
    auto rows = first_.query(first_id(shard), last_id(shard));
    if (!rows.next()) return out;
    out.first = sequence{sequence_of(rows.number(0))};
  }
  {
    auto rows = bytes_.query(first_id(shard), last_id(shard));
    if (rows.next()) out.bytes = static_cast<std::uint64_t>(rows.number(0));
  }
  auto newest = read(shard, out.last, 0).messages;
  if (!newest.empty()) out.message = std::move(newest[0].data);
  return out;
}

log_page log_table::read(shard_id shard, sequence from, std::size_t bytes_max) {
  log_page out;
  std::size_t bytes = 0;
  auto rows = read_.query(id_of(shard, from.value), last_id(shard));
  while (rows.next()) {
    const auto message = rows.blob(2);
    bytes += message.size();
    if (!out.messages.empty() && bytes > bytes_max) return out;
    const sequence at{sequence_of(rows.number(0))};
    if (rows.number(1) != checksum_of(message)) {
      file_.fail({sqlite::failure::kind::other, "message " + std::to_string(at.value) +
                                                    " of the log of shard " +
                                                    std::to_string(shard.value) + " is damaged"});
      return {};
    }
    out.messages.push_back({at, slice::of(bytes_ptr::copy(message))});
  }
  out.is_end = true;
  return out;
}

}  // namespace roost::cluster
