// SPDX-License-Identifier: Apache-2.0
// The settings of a running node: lock-free reads while a reload replaces them.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// A pointer to immutable settings, swapped atomically. Owns: the current settings, and replaced
/// ones for a while. Runs on: any thread. Ends: after all its readers.
///
/// A reference from current() stays valid for at least `kept` after a replace(): do not store it,
/// call current() again in each loop iteration.
class settings_store {
 public:
  static constexpr milliseconds kept{60'000};

  explicit settings_store(settings first)
      : owner_(std::make_unique<const settings>(std::move(first))), current_(owner_.get()) {}
  settings_store(const settings_store&) = delete;
  settings_store& operator=(const settings_store&) = delete;

  const settings& current() const { return *current_.load(std::memory_order_acquire); }
  const settings* operator->() const { return &current(); }

  void replace(settings next, time_point at = std::chrono::steady_clock::now()) {
    std::lock_guard guard(lock_);
    while (!former_.empty() && at - former_.front().first > kept) former_.pop_front();
    former_.emplace_back(at,
                         std::exchange(owner_, std::make_unique<const settings>(std::move(next))));
    current_.store(owner_.get(), std::memory_order_release);
  }

 private:
  std::mutex lock_;
  std::unique_ptr<const settings> owner_;
  std::deque<std::pair<time_point, std::unique_ptr<const settings>>> former_;
  std::atomic<const settings*> current_;
};

}  // namespace roost
