// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/outgoing_queue.hpp"

#include <utility>

namespace roost::cluster {

outgoing_queue::outcome outgoing_queue::push(outgoing_envelope envelope) {
  const auto cost = envelope.cost();
  const std::lock_guard guard(lock_);
  if (bytes_ + cost > bytes_max_) {
    waiting_.lost.insert(envelope.to.begin(), envelope.to.end());
    return outcome::dropped;
  }
  bytes_ += cost;
  waiting_.envelopes.push_back(std::move(envelope));
  return waiting_.envelopes.size() == 1 ? outcome::is_first : outcome::queued;
}

void outgoing_queue::lose(std::span<const node_id> to) {
  const std::lock_guard guard(lock_);
  waiting_.lost.insert(to.begin(), to.end());
}

outgoing_queue::contents outgoing_queue::take() {
  const std::lock_guard guard(lock_);
  bytes_ = 0;
  return std::exchange(waiting_, {});
}

}  // namespace roost::cluster
