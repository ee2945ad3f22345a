// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/network_inbox.hpp"

#include <utility>

#include "config/telemetry/log.hpp"

namespace roost::cluster {

network_inbox::network_inbox(home_thread home, network_handler& handler, const inbox_limits& limits)
    : home_(std::move(home)),
      limits_(limits),
      handler_(&handler),
      frames_(limits.frame_bytes_max),
      heartbeats_(limits.heartbeats_of_node_max, limits.heartbeat_bytes_max) {}

void network_inbox::push_frame(slice frame) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  ++counts_.frames_received;
  counts_.frame_bytes_received += frame.size;
  const bool was_overrun = frames_.is_overrun();
  if (frames_.push(std::move(frame))) return;
  ++counts_.frames_dropped;
  if (was_overrun) return;
  ++counts_.overruns;
  log::warning("frames_overrun", {{"bytes_max", limits_.frame_bytes_max}});
}

void network_inbox::push_heartbeat(node_id from, slice heartbeat) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  ++counts_.heartbeats_received;
  counts_.heartbeats_dropped += heartbeats_.push(from, std::move(heartbeat));
}

void network_inbox::push_lost() {
  const std::lock_guard lock(mutex_);
  if (!is_closed_) frames_.lost();
}

void network_inbox::push_back() {
  const std::lock_guard lock(mutex_);
  if (!is_closed_) frames_.back();
}

void network_inbox::push_writable() {
  const std::lock_guard lock(mutex_);
  is_writable_ = true;
}

/// Posts with the lock held, so that close() waits for it.
void network_inbox::hand_over() {
  const std::lock_guard lock(mutex_);
  if (is_closed_ || is_posted_) return;
  if (frames_.empty() && heartbeats_.empty() && !is_writable_) return;
  is_posted_ = true;
  home_.post([self = shared_from_this()] { self->deliver(); });
}

network_inbox::delivery network_inbox::take() {
  const std::lock_guard lock(mutex_);
  return {heartbeats_.take(), frames_.take(limits_.handed_over_bytes_max),
          std::exchange(is_writable_, false)};
}

/// The handler may close this inbox.
void network_inbox::deliver() {
  if (!handler_) return;
  const auto now = home_.now();
  const auto next = take();
  for (const auto& each : next.heartbeats) {
    if (handler_) handler_->heartbeat_arrived(each, now);
  }
  for (const auto& each : next.arrivals) pass(each, now);
  if (next.is_writable && handler_) handler_->became_writable();
  {
    const std::lock_guard lock(mutex_);
    is_posted_ = false;
  }
  hand_over();
}

void network_inbox::pass(const arrival& next, time_point now) {
  if (!handler_) return;
  switch (next.kind) {
    case arrival::kind_of::frame:
      return handler_->frame_arrived(next.frame, now);
    case arrival::kind_of::lost:
      return handler_->connection_lost();
    case arrival::kind_of::back:
      return handler_->connection_back();
  }
}

void network_inbox::close() {
  handler_ = nullptr;
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  frames_ = frame_queue(0);
  (void)heartbeats_.take();
}

network_counts network_inbox::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace roost::cluster
