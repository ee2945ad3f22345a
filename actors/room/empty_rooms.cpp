// SPDX-License-Identifier: Apache-2.0
#include "actors/room/empty_rooms.hpp"

#include <caf/send.hpp>

#include "actors/messages/room_messages.hpp"

namespace roost::actors {

void empty_rooms::put(empty_room& handle, const caf::actor& room, std::int64_t bytes) {
  const std::scoped_lock guard(lock_);
  if (handle.at_) erase(*handle.at_);
  handle.at_ = waiting_.insert(waiting_.end(), {room, bytes});
  update_has_some();
}

void empty_rooms::take_out(empty_room& handle) {
  const std::scoped_lock guard(lock_);
  if (!handle.at_) return;
  erase(*handle.at_);
  handle.at_.reset();
  update_has_some();
}

void empty_rooms::update_has_some() { has_some_ = !waiting_.empty() || !leaving_.empty(); }

bool empty_rooms::is_leaving(const empty_room& handle) const {
  const std::scoped_lock guard(lock_);
  return handle.at_ && (*handle.at_)->is_leaving;
}

bool empty_rooms::evict_rooms(std::int64_t count) {
  if (!has_some_) return false;
  const std::scoped_lock guard(lock_);
  const auto leaving = [this] { return static_cast<std::int64_t>(leaving_.size()); };
  for (int i = 0; i < evictions_max && leaving() < count && !waiting_.empty(); ++i) evict_oldest();
  return leaving() >= count;
}

bool empty_rooms::evict_bytes(std::int64_t count) {
  if (!has_some_) return false;
  const std::scoped_lock guard(lock_);
  for (int i = 0; i < evictions_max && leaving_bytes_ < count && !waiting_.empty(); ++i) {
    evict_oldest();
  }
  return leaving_bytes_ >= count;
}

void empty_rooms::evict_oldest() {
  auto& oldest = waiting_.front();
  oldest.is_leaving = true;
  leaving_bytes_ += oldest.bytes;
  caf::anon_send(oldest.room, evict_if_empty{});
  leaving_.splice(leaving_.end(), waiting_, waiting_.begin());
}

void empty_rooms::erase(entries::iterator room) {
  if (room->is_leaving) {
    leaving_bytes_ -= room->bytes;
    leaving_.erase(room);
  } else {
    waiting_.erase(room);
  }
}

}  // namespace roost::actors
