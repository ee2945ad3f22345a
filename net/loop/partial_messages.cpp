// SPDX-License-Identifier: Apache-2.0
#include "net/loop/partial_messages.hpp"

#include <iterator>

namespace roost::net {

void partial_messages::set(entry_handle& handle, holder& owner, std::size_t bytes) {
  if (!handle) {
    handle = &entries_.emplace_back(entry{&owner});
    handle->self = std::prev(entries_.end());
  }
  bytes_ += bytes;
  bytes_ -= handle->bytes;
  handle->bytes = bytes;
}

void partial_messages::clear(entry_handle& handle) {
  if (!handle) return;
  bytes_ -= handle->bytes;
  entries_.erase(handle->self);
  handle = nullptr;
}

void partial_messages::evict_above(std::uint64_t bytes_max) {
  while (bytes_ > bytes_max && entries_.size() > 1) entries_.front().owner->evict_partial();
}

}  // namespace roost::net
