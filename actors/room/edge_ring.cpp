#include "actors/room/edge_ring.hpp"

#include <utility>

#include "actors/room/held_bytes.hpp"

namespace roost::actors {

void edge_ring::restart(offset head) {
  let_go();
  head_ = head;
}

void edge_ring::push(cluster::event_ptr event) {
  head_ = event->at;
  const auto bytes = held_bytes(*event) + sizeof(held);
  bytes_ += bytes;
  events_.push_back({std::move(event), bytes});
  while (size() > events_max || (bytes_ > bytes_max && size() > 1)) drop_oldest();
}

void edge_ring::skip(offset at) {
  let_go();
  head_ = at;
}

void edge_ring::let_go() {
  if (events_.empty()) return;
  events_.clear();
  bytes_ = 0;
}

void edge_ring::drop_oldest() {
  bytes_ -= events_.front().bytes;
  events_.pop_front();
}

cluster::event_ptr edge_ring::find(offset at) const {
  const auto back = head_.value - at.value;
  if (at > head_ || back >= size()) return nullptr;
  return events_[size() - 1 - static_cast<std::size_t>(back)].what;
}

}  // namespace roost::actors
