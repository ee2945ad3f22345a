// SPDX-License-Identifier: Apache-2.0
// The folder of an embedded store, locked for one process.
#pragma once

#include <string>
#include <utility>

#include "config/base/error.hpp"

namespace roost::cluster {

/// Owns: the lock, which the kernel releases when the process ends. Runs on: any thread. Ends:
/// after the store's file is closed.
class store_folder {
 public:
  /// Creates the folder if only its last part is missing, and locks it. Fails with
  /// cannot_open_store or store_locked; the detail names the path.
  static result<store_folder> lock(const std::string& path);
  /// Locks a folder that exists, and creates nothing. Without a lock file, as in a backup of the
  /// store's file alone, no process uses the store and nothing is locked.
  static result<store_folder> lock_existing(const std::string& path);
  store_folder(store_folder&& other) noexcept
      : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
  store_folder& operator=(store_folder&&) = delete;
  ~store_folder();

  const std::string& path() const { return path_; }
  std::string file() const { return path_ + "/roost.db"; }
  std::string reserve_file() const { return path_ + "/reserve"; }
  /// Creates the empty file for its user only, if it is missing, also in a folder that others read.
  result<void> create_file();
  /// Whether mark_created() was called before, perhaps by an earlier process.
  bool is_created() const;
  /// Notes in the lock file that the store's file exists from now on, so that its loss is noticed.
  result<void> mark_created();

 private:
  static result<store_folder> lock(std::string path, int file);
  store_folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace roost::cluster
