// SPDX-License-Identifier: Apache-2.0
// The logs of the shards as rows of one table.
#pragma once

#include <cstddef>

#include "cluster/embedded/sqlite.hpp"
#include "cluster/log/log_store.hpp"

namespace roost::cluster {

/// A part of a write.
struct write_step {
  write_result result;
  bool has_more = false;  ///< repeat it in another transaction
};

/// A log's rows are neighbours: their ids are their shard and sequence. Failures are those of the
/// connection; an answer counts only without one. Owns: its statements. Runs on: the connection's
/// thread. Ends: before the connection.
class log_table {
 public:
  /// Shards and sequences that an id can hold.
  static constexpr std::uint32_t shards_max = 1U << 19U;
  static constexpr std::uint64_t sequence_max = (std::uint64_t{1} << 44U) - 1;

  /// The id of a message's row: its shard in the upper 19 bits, its sequence in the lower 44.
  static std::int64_t id_of(shard_id shard, std::uint64_t at);
  static std::uint64_t sequence_of(std::int64_t id);
  static std::int64_t first_id(shard_id shard) { return id_of(shard, 0); }
  static std::int64_t last_id(shard_id shard) { return id_of(shard, sequence_max); }

  explicit log_table(sqlite::connection& file);

  write_result append(shard_id shard, sequence expected_last, std::string_view message);
  /// Removes some messages below `first_kept`, at most about `purged_bytes_max`, so that appends do
  /// not wait for long.
  write_step purge(shard_id shard, sequence first_kept);
  log_state state(shard_id shard);
  log_page read(shard_id shard, sequence from, std::size_t bytes_max);

  static constexpr std::int64_t purged_bytes_max = 4 << 20;

 private:
  std::uint64_t last(shard_id shard);

  sqlite::connection& file_;
  sqlite::statement last_;
  sqlite::statement last_if_empty_;
  sqlite::statement insert_;
  sqlite::statement set_last_if_empty_;
  sqlite::statement sizes_;
  sqlite::statement remove_;
  sqlite::statement first_;
  sqlite::statement bytes_;
  sqlite::statement read_;
};

}  // namespace roost::cluster
