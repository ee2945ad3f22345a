// Coarse timeouts for many objects with few wakes: a hashed wheel (Varghese and Lauck, 1987).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace roost::net {

using time_point = std::chrono::steady_clock::time_point;

class timer_wheel;

/// A timeout inside its owner. Owns: nothing. Runs on: the wheel's loop. Ends: unlinks itself.
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
  timer_node** link_ = nullptr;  ///< what points to this node: a slot or another's next_
  std::uint64_t due_tick_ = 0;
};

/// Owns: its slots, not the nodes. Runs on: one loop. Ends: with the loop.
/// Pure: whoever owns it calls advance(now) at most once a tick while `armed()` is not 0.
class timer_wheel {
 public:
  static constexpr std::chrono::milliseconds tick{50};
  explicit timer_wheel(time_point now);
  ~timer_wheel();
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;
  /// Expires not before `after` has passed and at most two ticks later. Arming again moves it.
  /// Returns when advance() will find it due.
  time_point arm(timer_node& node, std::chrono::milliseconds after, time_point now);
  /// Runs what is due; a node may arm, cancel or destroy itself or others meanwhile.
  void advance(time_point now);
  std::size_t armed() const { return armed_; }
  /// No node is due before this, so nobody needs to call advance() until then. Only while one is
  /// armed.
  time_point next_due() const;

 private:
  friend class timer_node;
  static constexpr std::size_t slots = 1024;
  std::uint64_t tick_of(time_point now) const;
  void put(timer_node& node, timer_node*& slot);
  void run_slot(timer_node*& slot);

  std::array<timer_node*, slots> slots_{};
  timer_node* running_ = nullptr;  // the slot whose turn it is, while it runs
  time_point start_;
  std::uint64_t now_tick_ = 0;
  std::size_t armed_ = 0;
};

}  // namespace roost::net
