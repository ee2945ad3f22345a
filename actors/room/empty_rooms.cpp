// SPDX-License-Identifier: Apache-2.0
#include "actors/room/empty_rooms.hpp"

#include <caf/send.hpp>

#include "actors/messages/room_messages.hpp"

namespace roost::actors {

void empty_rooms::put(empty_room& which, const caf::actor& room, std::int64_t bytes) {
  const std::scoped_lock guard(lock_);
  if (which.at_) erase(*which.at_);
  which.at_ = waiting_.insert(waiting_.end(), {room, bytes});
  note_some();
}

void empty_rooms::take_out(empty_room& which) {
  const std::scoped_lock guard(lock_);
  if (!which.at_) return;
  erase(*which.at_);
  which.at_.reset();
  note_some();
}

void empty_rooms::note_some() { has_some_ = !waiting_.empty() || !leaving_.empty(); }

bool empty_rooms::is_leaving(const empty_room& which) const {
  const std::scoped_lock guard(lock_);
  return which.at_ && (*which.at_)->is_leaving;
}

bool empty_rooms::evict_rooms(std::int64_t count) {
  if (!has_some_) return false;
  const std::scoped_lock guard(lock_);
  const auto are_leaving = [this] { return static_cast<std::int64_t>(leaving_.size()); };
  for (int i = 0; i < asked_max && are_leaving() < count && !waiting_.empty(); ++i) evict_oldest();
  return are_leaving() >= count;
}

bool empty_rooms::evict_bytes(std::int64_t count) {
  if (!has_some_) return false;
  const std::scoped_lock guard(lock_);
  for (int i = 0; i < asked_max && leaving_bytes_ < count && !waiting_.empty(); ++i) {
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

void empty_rooms::erase(entries::iterator which) {
  if (which->is_leaving) {
    leaving_bytes_ -= which->bytes;
    leaving_.erase(which);
  } else {
    waiting_.erase(which);
  }
}

}  // namespace roost::actors
