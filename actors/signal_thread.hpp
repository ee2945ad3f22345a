// The signals of the process, taken on a thread of their own.
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

/// A terminal signals the whole process group, and a parent such as npm forwards its own copy: the
/// same signal again within `repeat_time` counts once.
class repeat_filter {
 public:
  static constexpr milliseconds repeat_time{300};
  bool is_repeat(int signal, time_point now);

 private:
  int last_ = 0;
  time_point last_at_{};
};

/// SIGTERM and SIGINT ask for an orderly end, SIGHUP for a reload. A second SIGTERM or SIGINT, or
/// the first one before begin_service(), calls `end_now`, whatever the other threads are blocked
/// in. Owns: a thread. Runs on: the calling thread, but for `end_now`. Ends: its destructor.
class signal_thread {
 public:
  enum class asked : std::uint8_t { nothing, reload, stop };

  /// Blocks these signals for the calling thread, and so for every thread that it makes later.
  explicit signal_thread(std::function<void()> end_now);
  signal_thread(const signal_thread&) = delete;
  signal_thread& operator=(const signal_thread&) = delete;
  ~signal_thread();

  /// From here on there is something that an orderly end would end.
  void begin_service();
  /// What came; `nothing` after `most`. An end is never forgotten, and comes before a reload.
  asked wait(milliseconds most);

 private:
  void run();
  void take(int signal);

  std::function<void()> end_now_;
  sigset_t ours_{};
  std::mutex lock_;
  std::condition_variable came_;
  bool serves_ = false;        ///< under lock_
  bool wants_reload_ = false;  ///< under lock_
  int stops_ = 0;              ///< under lock_
  repeat_filter repeats_;      ///< used by the thread alone
  std::atomic<bool> is_ended_ = false;
  std::thread thread_;
};

}  // namespace roost::actors
