// SPDX-License-Identifier: Apache-2.0
#include "net/loop/timer_wheel.hpp"

#include <algorithm>

namespace roost::net {

void timer_node::cancel() {
  if (!wheel_) return;
  *incoming_ = next_;
  if (next_) next_->incoming_ = incoming_;
  --wheel_->armed_;
  wheel_ = nullptr;
  next_ = nullptr;
  incoming_ = nullptr;
}

timer_wheel::timer_wheel(time_point now) : start_(now) {}

timer_wheel::~timer_wheel() {
  for (auto*& slot : slots_) {
    while (slot) slot->cancel();
  }
}

std::uint64_t timer_wheel::tick_of(time_point now) const {
  return now <= start_ ? 0 : static_cast<std::uint64_t>((now - start_) / tick);
}

void timer_wheel::put(timer_node& node, timer_node*& slot) {
  node.next_ = slot;
  node.incoming_ = &slot;
  if (slot) slot->incoming_ = &node.next_;
  slot = &node;
}

time_point timer_wheel::arm(timer_node& node, std::chrono::milliseconds after, time_point now) {
  node.cancel();
  // An empty wheel is not advanced, so its tick may be stale.
  if (armed_ == 0) now_tick_ = std::max(now_tick_, tick_of(now));
  // Round up, so that it never expires early, and never into a tick that has already run.
  const auto due = now + std::max(after, std::chrono::milliseconds{0}) + tick;
  node.due_tick_ = std::max(tick_of(due - std::chrono::nanoseconds{1}), now_tick_ + 1);
  node.wheel_ = this;
  put(node, slots_[node.due_tick_ % slots]);
  ++armed_;
  return start_ + node.due_tick_ * tick;
}

void timer_wheel::advance(time_point now) {
  const auto target = tick_of(now);
  if (target <= now_tick_) return;
  const auto first = now_tick_ + 1;
  const auto count = std::min<std::uint64_t>(target - now_tick_, slots);
  // Set before the slots run, so that nodes armed by expired() wait for a later tick.
  now_tick_ = target;
  for (std::uint64_t i = 0; i < count && armed_ > 0; ++i) run_slot(slots_[(first + i) % slots]);
}

void timer_wheel::run_slot(timer_node*& slot) {
  // Take the list out of the slot: nodes that are put back or armed now are not visited again.
  running_ = slot;
  slot = nullptr;
  if (running_) running_->incoming_ = &running_;
  while (running_) {
    timer_node& node = *running_;
    if (node.due_tick_ > now_tick_) {
      running_ = node.next_;
      if (running_) running_->incoming_ = &running_;
      put(node, slot);
    } else {
      node.cancel();
      node.expired();
    }
  }
}

time_point timer_wheel::next_due() const {
  for (std::uint64_t i = 1; i <= slots; ++i) {
    if (slots_[(now_tick_ + i) % slots]) return start_ + (now_tick_ + i) * tick;
  }
  return time_point::max();
}

}  // namespace roost::net
