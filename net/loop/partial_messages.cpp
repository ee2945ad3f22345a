// SPDX-License-Identifier: Apache-2.0
#include "net/loop/partial_messages.hpp"

namespace roost::net {

void partial_messages::set(place& slot, holder& owner, std::size_t bytes) {
  if (!slot) slot = lines_.insert(lines_.end(), {&owner, 0});
  bytes_ += bytes;
  bytes_ -= (*slot)->bytes;
  (*slot)->bytes = bytes;
}

void partial_messages::clear(place& slot) {
  if (!slot) return;
  bytes_ -= (*slot)->bytes;
  lines_.erase(*slot);
  slot.reset();
}

void partial_messages::keep(std::uint64_t bytes_max) {
  while (bytes_ > bytes_max && lines_.size() > 1) lines_.front().owner->give_way();
}

}  // namespace roost::net
