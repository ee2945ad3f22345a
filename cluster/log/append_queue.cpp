// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/append_queue.hpp"

#include <algorithm>
#include <utility>

#include "cluster/log/record_size.hpp"

namespace roost::cluster {

void append_queue::close(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end()) return;
  auto& room = found->second;
  if (!room.queue.empty()) std::erase(turns_, &room);
  for (const auto& each : room.queue) bytes_ -= each.bytes;
  rooms_.erase(found);
}

void append_queue::add(const shared_topic& topic, std::vector<log_record> records,
                       std::uint64_t ticket) {
  if (records.empty()) return;
  const auto [found, is_new] = rooms_.try_emplace(*topic);
  auto& room = found->second;
  if (is_new) room.topic = topic;
  if (room.queue.empty()) turns_.push_back(&room);
  for (auto& record : records) {
    const auto size = encoded_size_max(record);
    bytes_ += size;
    room.queue.push_back({std::move(record), size, 0});
  }
  room.queue.back().ticket = ticket;
}

bool append_queue::cut(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || found->second.queue.empty()) return false;
  found->second.until_cut = found->second.queue.size();
  return true;
}

append_queue::batch append_queue::fill(std::size_t bytes_max) {
  batch out;
  ++batches_;
  std::deque<open_room*> behind_cuts;
  while (!turns_.empty()) {
    auto& next = *turns_.front();
    if (!out.records.empty() && out.bytes + next.queue.front().bytes > bytes_max) break;
    turns_.pop_front();
    const bool is_cut = take_one(next, out);
    if (!next.queue.empty()) (is_cut ? behind_cuts : turns_).push_back(&next);
  }
  turns_.insert(turns_.end(), behind_cuts.begin(), behind_cuts.end());
  return out;
}

/// Returns true if the room's cut comes next.
bool append_queue::take_one(open_room& from, batch& into) {
  auto first = std::move(from.queue.front());
  from.queue.pop_front();
  bytes_ -= first.bytes;
  into.bytes += first.bytes;
  into.records.push_back(std::move(first.record));
  if (std::exchange(from.batch, batches_) != batches_) {
    into.topics.push_back(from.topic);
    from.ticket_at = 0;
  }
  if (first.ticket != 0 && from.ticket_at != 0) {
    into.tickets[from.ticket_at - 1].number = first.ticket;
  } else if (first.ticket != 0) {
    into.tickets.push_back({from.topic, first.ticket});
    from.ticket_at = into.tickets.size();
  }
  if (from.until_cut == 0 || --from.until_cut > 0) return false;
  into.cuts.push_back(from.topic);
  return !ignores_cuts_;
}

bool append_queue::holds(const topic& topic) const {
  const auto found = rooms_.find(topic);
  return found != rooms_.end() &&
         (!found->second.queue.empty() || found->second.batch > batches_stored_);
}

void append_queue::clear() {
  rooms_.clear();
  turns_.clear();
  batches_ = batches_stored_ = 0;
  bytes_ = 0;
}

}  // namespace roost::cluster
