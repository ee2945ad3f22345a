// The settings of a running node: lock-free reads while a reload replaces them.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "config/base/clock.hpp"
#include "config/settings.hpp"

namespace roost {

/// A pointer to immutable settings, swapped atomically. Owns: the current settings, and replaced
/// ones for a while. Runs on: any thread. Ends: after all its readers.
///
/// A reference from now() stays valid for at least `kept` after a replace(): do not store it, call
/// now() again in each loop iteration.
class live_settings {
 public:
  static constexpr milliseconds kept{60'000};

  explicit live_settings(settings first)
      : owner_(std::make_unique<const settings>(std::move(first))), now_(owner_.get()) {}
  live_settings(const live_settings&) = delete;
  live_settings& operator=(const live_settings&) = delete;

  const settings& now() const { return *now_.load(std::memory_order_acquire); }
  const settings* operator->() const { return &now(); }

  void replace(settings next, time_point at = std::chrono::steady_clock::now()) {
    std::lock_guard guard(lock_);
    while (!former_.empty() && at - former_.front().first > kept) former_.pop_front();
    former_.emplace_back(at,
                         std::exchange(owner_, std::make_unique<const settings>(std::move(next))));
    now_.store(owner_.get(), std::memory_order_release);
  }

 private:
  std::mutex lock_;
  std::unique_ptr<const settings> owner_;
  std::deque<std::pair<time_point, std::unique_ptr<const settings>>> former_;
  std::atomic<const settings*> now_;
};

}  // namespace roost
