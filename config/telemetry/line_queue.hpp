// SPDX-License-Identifier: Apache-2.0
// A bounded queue of log lines with a writer thread, for outputs that are slow or blocked.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace roost::log {

/// Writes lines in order on its own thread, so that logging never blocks the caller.
/// Owns: the pending lines and the thread, which starts with the first line or schedule_task().
/// Runs on: any thread. Ends: after the write in progress. Pending lines are lost, so call flush()
/// first.
class line_queue {
 public:
  struct queue_bounds {
    std::size_t lines_max = 8'192;
    std::size_t bytes_max = std::size_t{4} << 20;
  };
  /// Only the writer thread calls these.
  struct writer_callbacks {
    std::function<bool(std::string_view)> write;  ///< may block; false: the line is lost
    std::function<std::string(std::uint64_t)> describe_loss;  ///< returns a line about the loss
    std::function<void()> task;  ///< the task that schedule_task() schedules
  };

  explicit line_queue(writer_callbacks callbacks)
      : line_queue(std::move(callbacks), queue_bounds{}) {}
  line_queue(writer_callbacks callbacks, queue_bounds bounds)
      : callbacks_(std::move(callbacks)), bounds_(bounds) {}
  ~line_queue();
  line_queue(const line_queue&) = delete;
  line_queue& operator=(const line_queue&) = delete;

  /// Never blocks on a write. When a bound is reached, drops this line and all later ones until
  /// half of the queue is free again; one line then says how many were dropped.
  void push(std::string line);
  /// Schedules the task to run once after this time. A task that is already scheduled keeps its
  /// earlier time.
  void schedule_task(std::chrono::milliseconds after);
  /// Blocks until every line is written. False: it took longer than `timeout`.
  bool flush(std::chrono::milliseconds timeout);
  /// Number of lines lost since the start: dropped, or failed to write.
  std::uint64_t lost() const;

 private:
  struct entry {
    std::string line;
    std::uint64_t lost_before = 0;
  };
  using guard = std::unique_lock<std::mutex>;

  /// Hysteresis: once full, the queue stays full until half of it is free. True: not full.
  bool update_fullness(std::size_t bytes);
  bool is_idle() const { return lines_.empty() && lost_now_ == 0 && !is_writing_; }
  void start();
  void run();
  void wait(guard& lock);
  void write_next(guard& lock);
  void run_task(guard& lock);

  const writer_callbacks callbacks_;
  const queue_bounds bounds_;
  mutable std::mutex lock_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<entry> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t lost_now_ = 0;  ///< dropped since the last line that was queued
  std::uint64_t lost_in_all_ = 0;
  std::optional<std::chrono::steady_clock::time_point> task_due_;
  bool is_full_ = false;
  bool is_writing_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

/// Writes the whole text to the descriptor and blocks as long as it takes. False: write() failed.
bool write_all(int descriptor, std::string_view text);

}  // namespace roost::log
