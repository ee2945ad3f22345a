#include "actors/room/backlog.hpp"

namespace roost::actors {

void backlog::add(net::frame_ptr frame) {
  bytes_ += frame->size();
  frames_.push_back(std::move(frame));
}

bool backlog::drain_to(net::session& link) {
  while (!is_empty()) {
    auto& next = frames_[begin_];
    if (!fits(*next, link)) return false;
    bytes_ -= next->size();
    link.send(next, net::flush_class::large);
    next = {};
    ++begin_;
  }
  frames_.clear();
  begin_ = 0;
  return true;
}

}  // namespace roost::actors
