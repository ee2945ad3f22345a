// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/recent_events.hpp"

#include <utility>

#include "actors/messages/held_bytes.hpp"

namespace roost::actors {

void recent_events::restart(offset head) {
  clear();
  head_ = head;
}

void recent_events::push(cluster::event_ptr event) {
  head_ = event->at;
  const auto bytes = held_bytes(*event) + sizeof(held);
  bytes_ += bytes;
  events_.push_back({std::move(event), bytes});
  while (size() > events_max || (bytes_ > bytes_max && size() > 1)) drop_oldest();
}

void recent_events::skip(offset at) {
  clear();
  head_ = at;
}

void recent_events::clear() {
  if (events_.empty()) return;
  events_.clear();
  bytes_ = 0;
}

void recent_events::drop_oldest() {
  bytes_ -= events_.front().bytes;
  events_.pop_front();
}

cluster::event_ptr recent_events::find(offset at) const {
  const auto back = head_.value - at.value;
  if (at > head_ || back >= size()) return nullptr;
  return events_[size() - 1 - static_cast<std::size_t>(back)].event;
}

}  // namespace roost::actors
