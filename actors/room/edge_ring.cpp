#include "actors/room/edge_ring.hpp"

#include <utility>

namespace roost::actors {

namespace {

std::size_t size_of(const cluster::event& what) {
  return what.name.size() + what.payload.data.size;
}

}  // namespace

void edge_ring::restart(offset head) {
  events_.clear();
  bytes_ = 0;
  head_ = head;
}

void edge_ring::push(cluster::event_ptr what) {
  head_ = what->at;
  const auto bytes = size_of(*what);
  bytes_ += bytes;
  events_.push_back({std::move(what), bytes});
  while (size() > events_max || (bytes_ > bytes_max && size() > 1)) drop_oldest();
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
