// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/heartbeat_queue.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

std::size_t heartbeat_queue::push(node_id from, slice heartbeat) {
  entry next{from, std::move(heartbeat)};
  if (next.cost() > bytes_max_) return 1;
  std::size_t dropped = 0;
  for (; of_node_[from] >= of_node_max_; ++dropped) {
    drop(std::ranges::find(waiting_, from, &entry::from));
  }
  for (; bytes_ + next.cost() > bytes_max_; ++dropped) drop(waiting_.begin());
  ++of_node_[from];
  bytes_ += next.cost();
  waiting_.push_back(std::move(next));
  return dropped;
}

void heartbeat_queue::drop(const place& oldest) {
  bytes_ -= oldest->cost();
  const auto left = of_node_.find(oldest->from);
  if (--left->second == 0) of_node_.erase(left);
  waiting_.erase(oldest);
}

std::vector<slice> heartbeat_queue::take() {
  std::vector<slice> out;
  out.reserve(waiting_.size());
  for (auto& each : waiting_) out.push_back(std::move(each.heartbeat));
  waiting_.clear();
  of_node_.clear();
  bytes_ = 0;
  return out;
}

}  // namespace roost::cluster
