// SPDX-License-Identifier: Apache-2.0
#include "actors/node/signal_thread.hpp"

#include <pthread.h>

#include <utility>

namespace roost::actors {

bool repeat_filter::is_repeat(int signal, time_point now) {
  if (signal == last_ && now - last_at_ < repeat_time) return true;
  last_ = signal;
  last_at_ = now;
  return false;
}

signal_thread::signal_thread(std::function<void()> end_now) : end_now_(std::move(end_now)) {
  sigemptyset(&signals_);
  for (const auto each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, each);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread{[this] { run(); }};
}

signal_thread::~signal_thread() {
  is_ended_ = true;
  pthread_kill(thread_.native_handle(), SIGHUP);
  thread_.join();
}

void signal_thread::begin_service() {
  const std::lock_guard held{lock_};
  serves_ = true;
}

signal_thread::request signal_thread::wait(milliseconds max) {
  std::unique_lock held{lock_};
  arrived_.wait_for(held, max, [this] { return stops_ > 0 || wants_reload_; });
  if (stops_ > 0) return request::stop;
  return std::exchange(wants_reload_, false) ? request::reload : request::nothing;
}

void signal_thread::run() {
  for (;;) {
    const int signal = sigwaitinfo(&signals_, nullptr);
    if (is_ended_) return;
    if (signal > 0) take(signal);
  }
}

void signal_thread::take(int signal) {
  if (signal != SIGHUP && repeats_.is_repeat(signal, std::chrono::steady_clock::now())) return;
  bool ends_now = false;
  {
    const std::lock_guard held{lock_};
    if (signal == SIGHUP) {
      wants_reload_ = true;
    } else {
      ends_now = ++stops_ > (serves_ ? 1 : 0);
    }
  }
  arrived_.notify_all();
  if (ends_now) end_now_();
}

}  // namespace roost::actors
