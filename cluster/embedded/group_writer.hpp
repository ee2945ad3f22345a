// SPDX-License-Identifier: Apache-2.0
// Carries out writes in groups: one transaction for all that wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "cluster/embedded/sqlite.hpp"
#include "cluster/embedded/store_file.hpp"

namespace roost::cluster {

struct write_request {
  std::size_t bytes = 0;
  std::function<write_step(log_table&, snapshot_table&)> apply;
  std::function<void(write_result)> done;
};

/// Owns: the connection that writes. Runs on: one thread at a time. Ends: any time; nothing that
/// was answered `stored` is lost.
class group_writer {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  /// With store_sync::interval, the time from a commit until it is synced.
  static constexpr std::chrono::milliseconds sync_interval{1'000};
  /// A checkpoint follows so many pages of 4 KiB in the WAL file.
  static constexpr int checkpoint_pages = 1'000;

  group_writer(std::unique_ptr<sqlite::connection> file, store_sync sync);

  /// Commits the writes together and answers them. If the commit fails, all of them fail. Returns
  /// the writes that have more to do.
  std::vector<write_request> commit(std::vector<write_request> group, time_point now);
  /// When the next checkpoint is due, unless more is written.
  std::optional<time_point> checkpoint_due() const;
  void checkpoint_if_due(time_point now);

 private:
  void answer_failure(const std::vector<write_request>& group, const sqlite::failure& why,
                      bool is_committing);
  void stop(const std::string& why);

  std::unique_ptr<sqlite::connection> file_;
  store_sync sync_;
  log_table logs_;
  snapshot_table snapshots_;
  sqlite::statement begin_;
  sqlite::statement commit_;
  std::optional<time_point> unsynced_since_;  // only with store_sync::interval
  int pages_at_checkpoint_ = 0;
  std::string stopped_;  // why no write is carried out any more; empty: they are
};

}  // namespace roost::cluster
