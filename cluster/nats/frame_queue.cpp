// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/frame_queue.hpp"

#include <utility>

namespace roost::cluster {

bool frame_queue::push(slice frame) {
  arrival next{arrival::kind_of::frame, std::move(frame)};
  if (is_overrun_) return false;
  if (bytes_ + next.cost() > bytes_max_) {
    is_overrun_ = true;
    lost();
    back();
    return false;
  }
  bytes_ += next.cost();
  waiting_.push_back(std::move(next));
  return true;
}

void frame_queue::lost() {
  if (!waiting_.empty() && waiting_.back().kind == arrival::kind_of::back) {
    waiting_.pop_back();  // the loss before it goes on
  } else {
    waiting_.push_back({arrival::kind_of::lost});
  }
}

void frame_queue::back() { waiting_.push_back({arrival::kind_of::back}); }

std::vector<arrival> frame_queue::take(std::size_t bytes_max) {
  std::vector<arrival> out;
  std::size_t bytes = 0;
  while (!waiting_.empty() && bytes < bytes_max) {
    auto& next = waiting_.front();
    bytes += next.cost();
    if (next.kind == arrival::kind_of::frame) bytes_ -= next.cost();
    out.push_back(std::move(next));
    waiting_.pop_front();
  }
  if (waiting_.empty()) is_overrun_ = false;
  return out;
}

}  // namespace roost::cluster
