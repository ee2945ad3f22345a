#include "actors/room/backlog.hpp"

namespace roost::actors {

void backlog::add(net::frame_ptr frame) {
  bytes_ += frame->size();
  frames_.push_back({std::move(frame), false});
}

std::size_t backlog::bytes_before(std::uint64_t delivery) {
  if (delivery != delivery_) bytes_before_ = bytes_;
  delivery_ = delivery;
  return bytes_before_;
}

void backlog::add_late(net::frame_ptr frame) {
  bytes_ += frame->size();
  late_bytes_ += frame->size();
  frames_.push_back({std::move(frame), true});
}

bool backlog::drain_to(net::session& link) {
  while (!is_empty()) {
    auto& [frame, is_late] = frames_[begin_];
    if (!fits(*frame, link)) return false;
    bytes_ -= frame->size();
    if (is_late) late_bytes_ -= frame->size();
    link.send(frame, net::flush_class::large);
    frame = {};
    ++begin_;
  }
  frames_.clear();
  begin_ = 0;
  return true;
}

}  // namespace roost::actors
