#include "actors/room/edge_ring.hpp"

#include <utility>

namespace roost::actors {

namespace {

std::size_t size_of(const cluster::event& what) {
  return what.name.size() + what.payload.data.size;
}

}  // namespace

void edge_ring::restart(offset head) {
  events_ = {};
  begin_ = bytes_ = 0;
  head_ = head;
}

void edge_ring::push(cluster::event_ptr what) {
  head_ = what->at;
  bytes_ += size_of(*what);
  events_.push_back(std::move(what));
  while (size() > events_max || (bytes_ > bytes_max && size() > 1)) drop_oldest();
}

void edge_ring::drop_oldest() {
  bytes_ -= size_of(*events_[begin_]);
  events_[begin_++].reset();
  // Moved down now and then: each moves at most once for each one that went.
  if (begin_ < events_max) return;
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
}

cluster::event_ptr edge_ring::find(offset at) const {
  const auto back = head_.value - at.value;
  if (at > head_ || back >= size()) return nullptr;
  return events_[events_.size() - 1 - static_cast<std::size_t>(back)];
}

}  // namespace roost::actors
