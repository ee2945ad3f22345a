// SPDX-License-Identifier: Apache-2.0
#include "config/telemetry/line_queue.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace roost::log {

using clock = std::chrono::steady_clock;

line_queue::~line_queue() {
  {
    const guard lock(lock_);
    is_ending_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool line_queue::update_fullness(std::size_t bytes) {
  if (lines_.size() >= bounds_.lines_max || bytes_ + bytes > bounds_.bytes_max) is_full_ = true;
  const bool is_half_free =
      lines_.size() <= bounds_.lines_max / 2 && bytes_ + bytes <= bounds_.bytes_max / 2;
  if (is_half_free) is_full_ = false;
  return !is_full_;
}

void line_queue::push(std::string line) {
  const guard lock(lock_);
  if (update_fullness(line.size())) {
    bytes_ += line.size();
    lines_.push_back({std::move(line), std::exchange(lost_now_, 0)});
  } else {
    ++lost_now_;
    ++lost_in_all_;
  }
  start();
  work_.notify_one();
}

void line_queue::schedule_task(std::chrono::milliseconds after) {
  const guard lock(lock_);
  if (task_due_) return;
  task_due_ = clock::now() + after;
  start();
  work_.notify_one();
}

bool line_queue::flush(std::chrono::milliseconds timeout) {
  guard lock(lock_);
  return idle_.wait_for(lock, timeout, [this] { return is_idle(); });
}

std::uint64_t line_queue::lost() const {
  const guard lock(lock_);
  return lost_in_all_;
}

/// The writer thread blocks every signal, so that SIGTERM and SIGINT go to the thread that handles
/// them.
void line_queue::start() {
  if (thread_.joinable()) return;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // Keep the lines in the queue; the next push() or schedule_task() tries to start the thread
    // again.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void line_queue::run() {
  guard lock(lock_);
  for (;;) {
    wait(lock);
    if (is_ending_) return;
    if (task_due_ && *task_due_ <= clock::now()) run_task(lock);
    if (!lines_.empty() || lost_now_ > 0) write_next(lock);
    if (is_idle()) idle_.notify_all();
  }
}

void line_queue::wait(guard& lock) {
  const auto has_work = [this] { return is_ending_ || !lines_.empty() || lost_now_ > 0; };
  while (!has_work()) {
    if (!task_due_) {
      work_.wait(lock);
    } else if (work_.wait_until(lock, *task_due_) == std::cv_status::timeout) {
      return;
    }
  }
}

void line_queue::write_next(guard& lock) {
  entry next;
  if (lines_.empty()) {
    next.lost_before = std::exchange(lost_now_, 0);
  } else {
    next = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= next.line.size();
  }
  is_writing_ = true;
  lock.unlock();
  if (next.lost_before > 0) callbacks_.write(callbacks_.describe_loss(next.lost_before));
  const bool is_written = next.line.empty() || callbacks_.write(next.line);
  lock.lock();
  is_writing_ = false;
  if (!is_written) ++lost_in_all_;
}

void line_queue::run_task(guard& lock) {
  task_due_.reset();
  lock.unlock();
  callbacks_.task();
  lock.lock();
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(descriptor, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      // Another process that shares the descriptor made it non-blocking: wait, then retry.
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace roost::log
