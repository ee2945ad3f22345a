// SPDX-License-Identifier: Apache-2.0
// Builds the file of a store, which appears in its folder whole or not at all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/embedded/sqlite.hpp"
#include "cluster/embedded/store_folder.hpp"
#include "cluster/log/store_result.hpp"
#include "cluster/shard.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// Writes into a file of another name, and renames it when everything is synced. Memory and the
/// time of a message do not grow with the store. The first failure stays, and finish() tells it.
/// Owns: the folder's lock, a connection, and the unfinished file, which it removes. Runs on: one
/// thread at a time. Ends: any time; without finish() the folder is as before.
class store_builder {
 public:
  /// Opens a folder without a store, or with one that has nothing in it, or creates the folder.
  /// Fails with cannot_open_store, which names what is there, or with store_locked.
  static result<std::unique_ptr<store_builder>> begin(const std::string& folder);
  ~store_builder();
  store_builder(const store_builder&) = delete;
  store_builder& operator=(const store_builder&) = delete;

  /// False: it failed, now or before.
  bool add_to_log(shard_id shard, sequence at, std::string_view message);
  /// Says where the log of a shard ends that holds no message.
  bool add_emptied_log(shard_id shard, sequence last);
  bool add_snapshot(shard_id shard, std::string_view key, sequence at, std::string_view message);
  /// Something else is wrong. Returns false.
  bool fail(std::string why);

  /// Syncs the file and puts it into its place. `last_snapshot`: the greatest sequence that any
  /// snapshot ever had. Fails with cannot_open_store.
  result<void> finish(sequence last_snapshot);

 private:
  struct tables {
    explicit tables(sqlite::connection& file);
    sqlite::statement log;
    sqlite::statement emptied_log;
    sqlite::statement snapshot;
  };
  store_builder(store_folder folder, bool is_new_folder);
  result<void> open();
  result<void> put_in_place();
  error cannot(const std::string& why) const;
  std::string unfinished_file() const { return folder_.file() + ".import"; }

  store_folder folder_;
  bool is_new_folder_;
  std::unique_ptr<sqlite::connection> file_;
  std::optional<tables> tables_;
};

}  // namespace roost::cluster
