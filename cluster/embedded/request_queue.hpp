// SPDX-License-Identifier: Apache-2.0
// A bounded queue of requests for one thread, which takes all that wait at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace roost::cluster {

/// `Request` has a member `bytes`. Owns: the requests that wait. Runs on: any thread; take() on
/// one. Ends: after close() and the end of that thread.
template <class Request>
class request_queue {
 public:
  /// Bounds: the requests that wait, their bytes, and about the bytes that take() takes at once.
  struct limits {
    std::size_t requests_max = 10'000;
    std::size_t bytes_max = 64U << 20U;
    std::size_t taken_bytes_max = 16U << 20U;
  };
  explicit request_queue(limits bounds = {}) : limits_(bounds) {}

  /// False: the queue is full or closed, and the request is as before.
  bool push(Request& request) {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || waiting_.size() >= limits_.requests_max) return false;
    if (!waiting_.empty() && bytes_ + request.bytes > limits_.bytes_max) return false;
    add(std::move(request));
    return true;
  }
  /// For the thread that takes: adds the rest of a request behind all others, also when closed.
  void push_rest(Request request) {
    const std::lock_guard lock(mutex_);
    add(std::move(request));
  }
  /// Waits for requests. Empty: the deadline passed, or the queue is closed and nothing waits.
  std::vector<Request> take(std::optional<std::chrono::steady_clock::time_point> deadline = {}) {
    std::unique_lock lock(mutex_);
    const auto is_ready = [this] { return !waiting_.empty() || is_closed_; };
    if (deadline) {
      changed_.wait_until(lock, *deadline, is_ready);
    } else {
      changed_.wait(lock, is_ready);
    }
    std::vector<Request> out;
    std::size_t bytes = 0;
    while (!waiting_.empty() && bytes < limits_.taken_bytes_max) {
      bytes += waiting_.front().bytes;
      bytes_ -= waiting_.front().bytes;
      out.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    return out;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_one();
  }
  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return is_closed_;
  }

 private:
  void add(Request&& request) {
    bytes_ += request.bytes;
    waiting_.push_back(std::move(request));
    changed_.notify_one();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> waiting_;
  std::size_t bytes_ = 0;
  bool is_closed_ = false;
  const limits limits_;
};

}  // namespace roost::cluster
