// SPDX-License-Identifier: Apache-2.0
// Carries out writes in groups: one transaction for all that wait.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "cluster/embedded/space_reserve.hpp"
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

  /// From the time that the reserve was not free until it is tried again.
  static constexpr std::chrono::milliseconds reserve_interval{1'000};

  group_writer(std::unique_ptr<sqlite::connection> file, store_sync sync,
               std::unique_ptr<space_reserve> reserve);

  /// Commits the writes together and answers them. If they do not fit, the reserve is given up for
  /// them. If the commit fails, all of them fail. Returns the writes that have more to do.
  std::vector<write_request> commit(std::vector<write_request> group, time_point now);
  /// When the next checkpoint is due, unless more is written.
  std::optional<time_point> checkpoint_due() const;
  void checkpoint_if_due(time_point now);
  void hold_reserve_if_due(time_point now);
  /// When one of the two above is due.
  std::optional<time_point> next_due() const;
  /// False: the reserve is not held, or no write is carried out any more. Any thread.
  bool takes_pushes() const { return takes_pushes_.load(std::memory_order_relaxed); }

 private:
  struct attempt {
    std::vector<write_step> steps;
    std::optional<sqlite::failure> why;  // none: all are committed
    bool is_committing = false;          // whether it failed in the commit itself
  };
  attempt write(const std::vector<write_request>& group);
  bool free_reserve(const sqlite::failure& why, time_point now);
  void answer_failure(const std::vector<write_request>& group, const attempt& failed);
  void stop(const std::string& why);

  std::unique_ptr<sqlite::connection> file_;
  store_sync sync_;
  std::unique_ptr<space_reserve> reserve_;
  log_table logs_;
  snapshot_table snapshots_;
  sqlite::statement begin_;
  sqlite::statement commit_;
  std::optional<time_point> unsynced_since_;  // only with store_sync::interval
  int pages_at_checkpoint_ = 0;
  std::optional<time_point> reserve_due_;  // while it is not held
  std::atomic<bool> takes_pushes_;
  std::string stopped_;  // why no write is carried out any more; empty: they are
};

}  // namespace roost::cluster
