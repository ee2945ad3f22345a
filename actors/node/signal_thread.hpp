// SPDX-License-Identifier: Apache-2.0
// Handles the signals of the process on a dedicated thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "config/base/clock.hpp"

namespace roost::actors {

/// Deduplicates signals: the same signal again within `repeat_time` counts once. A terminal signals
/// the whole process group, and a parent such as npm forwards a second copy.
class repeat_filter {
 public:
  static constexpr milliseconds repeat_time{300};
  bool is_repeat(int signal, time_point now);

 private:
  int last_ = 0;
  time_point last_at_{};
};

/// SIGTERM and SIGINT request a drain, SIGHUP a reload. A second SIGTERM or SIGINT, or the first
/// one before begin_service(), calls `end_now`, even if all other threads are blocked.
/// Owns: a thread. Runs on: the calling thread; `end_now` on its own thread. Ends: its destructor.
class signal_thread {
 public:
  enum class request : std::uint8_t { nothing, reload, stop };

  /// Blocks these signals for the calling thread and for all threads that it creates later.
  explicit signal_thread(std::function<void()> end_now);
  signal_thread(const signal_thread&) = delete;
  signal_thread& operator=(const signal_thread&) = delete;
  ~signal_thread();

  /// The node serves from now on, so the first SIGTERM or SIGINT requests a drain.
  void begin_service();
  /// Waits for a request; returns `nothing` after the timeout `max`. `stop` takes precedence over
  /// `reload`, and all later calls return it again.
  request wait(milliseconds max);

 private:
  void run();
  void take(int signal);

  std::function<void()> end_now_;
  sigset_t signals_{};
  std::mutex lock_;
  std::condition_variable arrived_;
  bool serves_ = false;        ///< under lock_
  bool wants_reload_ = false;  ///< under lock_
  int stops_ = 0;              ///< under lock_
  repeat_filter repeats_;      ///< used on thread_ only
  std::atomic<bool> is_ended_ = false;
  std::thread thread_;
};

}  // namespace roost::actors
