// SPDX-License-Identifier: Apache-2.0
// The snapshots of all shards as rows of one table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/embedded/sqlite.hpp"
#include "cluster/log/snapshot_store.hpp"

namespace roost::cluster {

/// A snapshot gets its sequence from the table's own counter, which gives none twice. Failures are
/// those of the connection; an answer counts only without one. Owns: its statements. Runs on: the
/// connection's thread. Ends: before the connection.
class snapshot_table {
 public:
  explicit snapshot_table(sqlite::connection& file);

  write_result put(shard_id shard, std::string_view key, sequence expected,
                   std::string_view message);
  write_result remove(shard_id shard, std::string_view key, sequence expected);
  write_result put_part(shard_id shard, std::string_view key, std::string_view part);
  write_result remove_parts(shard_id shard, std::string_view key, sequence first_kept);
  snapshot_page get(shard_id shard, const std::vector<std::string>& keys);
  snapshot_page list(shard_id shard, std::string_view after, std::size_t max,
                     std::size_t headers_max);
  snapshot_page list_parts(shard_id shard, std::string_view after, std::size_t max);

 private:
  snapshot_page page_of(sqlite::cursor rows, std::size_t max);
  sequence newest(shard_id shard, std::string_view key);
  sequence last();

  sqlite::connection& file_;
  sqlite::statement newest_;
  sqlite::statement last_;
  sqlite::statement put_;
  sqlite::statement remove_;
  sqlite::statement remove_parts_;
  sqlite::statement get_;
  sqlite::statement list_;
  sqlite::statement list_parts_;
};

}  // namespace roost::cluster
