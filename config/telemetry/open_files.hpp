// SPDX-License-Identifier: Apache-2.0
// Counts the open file descriptors of the process without blocking the caller.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "config/base/clock.hpp"

namespace roost {

/// Since Linux 6.2 a stat() returns the number. Older kernels need a walk over /proc/self/fd, which
/// takes 13 ms with 15,000 connections: a background thread walks, and read() returns the result of
/// the last walk. Owns: that thread. Runs on: one thread at a time. Ends: after the current walk.
class open_files {
 public:
  /// Returns the number of open files; 0: unknown.
  using reader = std::function<std::uint64_t()>;
  static constexpr milliseconds walk_every{5'000};

  open_files() : open_files(kernel_count, walked_count) {}
  /// `quick` runs in each read(). If it returns 0, `slow` runs once here, then on the thread.
  open_files(reader quick, reader slow);
  ~open_files();
  open_files(const open_files&) = delete;
  open_files& operator=(const open_files&) = delete;
  /// Constant time. If the kernel gives no number, starts a walk unless one started less than
  /// walk_every ago or still runs.
  std::uint64_t read(time_point now);

  static std::uint64_t kernel_count();
  static std::uint64_t walked_count();

 private:
  reader quick_;
  reader slow_;
  std::atomic<std::uint64_t> found_ = 0;
  std::atomic<bool> walks_ = false;
  time_point next_{};
  std::thread walker_;
};

}  // namespace roost
