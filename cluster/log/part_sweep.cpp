// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/part_sweep.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {

namespace {

constexpr milliseconds between_listings{1'000};
constexpr milliseconds first_after_max{60'000};  // a take-over has other work first

}  // namespace

void part_sweep::forget_requests() {
  found_.clear();
  after_.clear();
  request_ = 0;
  seen_ = settled_ = {};
}

void part_sweep::clear() {
  forget_requests();
  next_at_ = retry_at_ = {};
}

milliseconds part_sweep::between_sweeps() const {
  return milliseconds(std::max(limits_.sweep_ms, limits_.truncate_delay_ms));
}

void part_sweep::work(time_point now) {
  if (next_at_ == time_point{}) next_at_ = now + std::min(between_sweeps(), first_after_max);
  if (request_ != 0 || now < retry_at_) return;
  while (!found_.empty() && rooms_.expect_parts(found_.front().place.topic)) drop_room();
  if (!found_.empty()) {
    request_ = out_.send(log_requests::get{found_.front().place.topic});
  } else if (now >= next_at_) {
    request_ = out_.send(log_requests::list_parts{after_, page_parts_max});
  }
}

bool part_sweep::answer(std::uint64_t request, const log_answer& answer, time_point now) {
  if (request != request_ || request == 0) return false;
  request_ = 0;
  if (const auto* page = std::get_if<log_answers::part_listing>(&answer)) {
    take(*page, now);
    return true;
  }
  const auto* room = std::get_if<log_answers::snapshots>(&answer);
  if (!room || !rooms_.is_valid(*room)) {
    retry_at_ = now + between_listings;
  } else {
    judge(*room);
  }
  return true;
}

void part_sweep::take(const log_answers::part_listing& page, time_point now) {
  if (after_.empty()) settled_ = std::exchange(seen_, page.up_to);
  for (const auto& each : page.parts) {
    if (each.at <= settled_) found_.push_back(each);
  }
  const bool is_end = page.is_end || settled_.value == 0;
  after_ = is_end ? std::string() : page.last_key;
  next_at_ = now + (is_end ? between_sweeps() : between_listings);
}

/// Removes the parts of the first room that its message does not name.
void part_sweep::judge(const log_answers::snapshots& found) {
  if (rooms_.is_known(found_.front().place.topic)) return;  // loaded meanwhile
  const bool is_readable = found.room_at.value == 0 || found.room;
  if (is_readable && found.room_at <= settled_) {
    const auto& topic = found_.front().place.topic;
    for (const auto& each : found_) {
      if (each.place.topic != topic) break;
      if (found.parts && found.parts->names == each.place.names) continue;
      out_.send(log_requests::remove_part{each.place, each.at});
      ++counters_.parts_removed;
    }
  }
  drop_room();
}

void part_sweep::drop_room() {
  const auto topic = found_.front().place.topic;
  while (!found_.empty() && found_.front().place.topic == topic) found_.pop_front();
}

}  // namespace roost::cluster
