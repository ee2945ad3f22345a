// How many files the process has open.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "config/base/clock.hpp"

namespace roost {

/// Linux 6.2 and later say the number at once. On an older kernel /proc/self/fd must be walked, 13
/// ms with 15,000 connections: a thread of its own does it, and read() gives what the last walk
/// found. Owns: that thread. Runs on: one thread at a time. Ends: after a walk under way.
class open_files {
 public:
  /// 0: it cannot say.
  using reader = std::function<std::uint64_t()>;
  static constexpr milliseconds walk_every{5'000};

  open_files() : open_files(kernel_count, walked_count) {}
  /// `quick` is asked at every read; `slow` now and by the thread.
  open_files(reader quick, reader slow);
  ~open_files();
  open_files(const open_files&) = delete;
  open_files& operator=(const open_files&) = delete;
  /// Constant time. Where the kernel cannot say, starts a walk if the last is walk_every old.
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
