// SPDX-License-Identifier: Apache-2.0
// A hashed timer wheel (Varghese and Lauck, 1987): coarse timeouts for many objects. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace roost::net {

using time_point = std::chrono::steady_clock::time_point;

class timer_wheel;

/// A timeout, embedded in its owner. Owns: nothing. Runs on: the wheel's loop. Ends: with its
/// owner; the destructor unlinks it.
class timer_node {
 public:
  timer_node() = default;
  timer_node(const timer_node&) = delete;
  timer_node& operator=(const timer_node&) = delete;
  bool is_armed() const { return wheel_ != nullptr; }
  void cancel();

 protected:
  ~timer_node() { cancel(); }
  virtual void expired() = 0;

 private:
  friend class timer_wheel;
  timer_wheel* wheel_ = nullptr;
  timer_node* next_ = nullptr;
  timer_node** incoming_ = nullptr;  ///< the pointer to this node: a slot or another node's next_
  std::uint64_t due_tick_ = 0;
};

/// A timer wheel. Owns: its slots, not the nodes. Runs on: one loop. Ends: with the loop.
/// Pure: its owner calls advance(now) at most once a tick while `armed()` is not 0.
class timer_wheel {
 public:
  static constexpr std::chrono::milliseconds tick{50};
  explicit timer_wheel(time_point now);
  ~timer_wheel();
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;
  /// Arms the node, or moves it if it is armed. It expires between `after` and `after` plus two
  /// ticks. Returns the time from which advance() finds it due.
  time_point arm(timer_node& node, std::chrono::milliseconds after, time_point now);
  /// Calls expired() of each node that is due. This may arm, cancel or destroy any node.
  void advance(time_point now);
  std::size_t armed() const { return armed_; }
  /// No node is due before this time, so advance() need not be called earlier. time_point::max()
  /// if no node is armed.
  time_point next_due() const;

 private:
  friend class timer_node;
  static constexpr std::size_t slots = 1024;
  std::uint64_t tick_of(time_point now) const;
  void put(timer_node& node, timer_node*& slot);
  void run_slot(timer_node*& slot);

  std::array<timer_node*, slots> slots_{};
  timer_node* running_ = nullptr;  // the nodes of the slot that run_slot() visits
  time_point start_;
  std::uint64_t now_tick_ = 0;
  std::size_t armed_ = 0;
};

}  // namespace roost::net
