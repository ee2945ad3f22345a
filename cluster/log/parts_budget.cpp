// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/parts_budget.hpp"

namespace roost::cluster {

void parts_budget::grant(const topic& topic, std::size_t bytes) {
  granted_[topic] = bytes;
  taken_ += bytes;
}

bool parts_budget::take(const topic& topic, std::size_t bytes) {
  const auto found = granted_.find(topic);
  if (found != granted_.end() && found->second == bytes) return true;
  release(topic);
  if (waiting_.empty() && has(bytes)) {
    grant(topic, bytes);
    return true;
  }
  waiting_.emplace_back(topic, bytes);
  return false;
}

void parts_budget::release(const topic& topic) {
  const auto found = granted_.find(topic);
  if (found != granted_.end()) {
    taken_ -= found->second;
    granted_.erase(found);
  }
  std::erase_if(waiting_, [&](const auto& each) { return each.first == topic; });
}

std::vector<topic> parts_budget::take_ready() {
  std::vector<topic> out;
  while (!waiting_.empty() && has(waiting_.front().second)) {
    grant(waiting_.front().first, waiting_.front().second);
    out.push_back(std::move(waiting_.front().first));
    waiting_.pop_front();
  }
  return out;
}

void parts_budget::clear() {
  taken_ = 0;
  granted_.clear();
  waiting_.clear();
}

}  // namespace roost::cluster
