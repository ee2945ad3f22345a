// SPDX-License-Identifier: Apache-2.0
// Reads a whole store that no process uses, and changes nothing in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/embedded/sqlite.hpp"
#include "cluster/embedded/store_folder.hpp"
#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// A message of a log, or a snapshot with its key. The texts are valid during the call that gets
/// them.
struct stored_row {
  sequence at;
  std::string_view key;  ///< empty for a message of a log
  std::string_view message;
  bool is_intact = true;  ///< its checksum is right
};

/// The messages that a log holds. `first` is last + 1 if it holds none.
struct log_extent {
  sequence first;
  sequence last;
};

/// An open store of a stopped or killed node. What a killed node left in the WAL file is read as
/// well, and stays there. The first failure ends every read until it is taken.
/// Owns: the folder's lock and a connection. Runs on: one thread at a time. Ends: any time.
class store_source {
 public:
  /// True: go on with the next row.
  using row_reader = std::function<bool(const stored_row&)>;

  /// Fails with cannot_open_store, store_damaged or store_locked; the detail names the path.
  static result<std::unique_ptr<store_source>> open(const std::string& folder);

  /// The faults that SQLite finds in the file, and missing bytes at its end. At most 100 texts.
  std::vector<std::string> damage();
  /// The message with this key among the snapshots of a shard.
  void read_snapshot(shard_id shard, std::string_view key, const row_reader& use);
  /// The messages of a log, in order.
  void read_log(shard_id shard, const row_reader& use);
  /// The snapshots of a shard, in the order of their keys.
  void read_snapshots(shard_id shard, const row_reader& use);
  log_extent extent_of(shard_id shard);
  /// The greatest sequence that any snapshot ever had.
  sequence last_snapshot();
  /// Rows that belong to no shard below `shards`.
  std::uint64_t rows_outside(std::uint32_t shards);
  std::uint64_t file_bytes() const;

  std::optional<sqlite::failure> take_failure() { return file_->take_failure(); }

 private:
  store_source(store_folder folder, std::unique_ptr<sqlite::connection> file, bool has_wal);

  store_folder folder_;
  std::unique_ptr<sqlite::connection> file_;
  const bool has_wal_;
  sqlite::statement log_;
  sqlite::statement snapshots_;
  sqlite::statement snapshot_;
  sqlite::statement first_;
  sqlite::statement last_;
  sqlite::statement last_if_empty_;
};

}  // namespace roost::cluster
