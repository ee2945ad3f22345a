// Coarse timeouts for many objects with few wakes: a hashed wheel (Varghese and Lauck, 1987).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace roost::net {

using time_point = std::chrono::steady_clock::time_point;

/// A timeout inside its owner. Owns: nothing. Runs on: the wheel's loop. Ends: unlinks itself.
class timer_node {
 public:
  timer_node() = default;
  timer_node(const timer_node&) = delete;
  timer_node& operator=(const timer_node&) = delete;
  bool is_armed() const { return next_ != nullptr; }
  void cancel();

 protected:
  ~timer_node() { cancel(); }
  virtual void expired() = 0;

 private:
  friend class timer_wheel;
  timer_node* next_ = nullptr;
  timer_node* previous_ = nullptr;
  std::uint64_t due_tick_ = 0;
};

/// Owns: its slots, not the nodes. Runs on: one loop. Ends: with the loop.
/// Pure: whoever owns it calls advance(now) at most once a tick while `armed()` is not 0.
class timer_wheel {
 public:
  static constexpr std::chrono::milliseconds tick{50};
  explicit timer_wheel(time_point now);
  ~timer_wheel();
  /// Expires not before `after` has passed and at most two ticks later. Arming again moves it.
  void arm(timer_node& node, std::chrono::milliseconds after, time_point now);
  /// Runs what is due; a node may arm, cancel or destroy itself or others meanwhile.
  void advance(time_point now);
  std::size_t armed() const { return armed_; }

 private:
  friend class timer_node;
  static constexpr std::size_t slots = 1024;
  struct head;
  std::array<timer_node*, slots> slots_{};
  time_point start_;
  std::uint64_t now_tick_ = 0;
  std::size_t armed_ = 0;
};

}  // namespace roost::net
