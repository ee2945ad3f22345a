// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/retention.hpp"

#include <algorithm>
#include <chrono>

namespace roost::cluster {

namespace {

constexpr std::chrono::seconds between_pages{1};
constexpr milliseconds between_scans_max{3'600'000};

}  // namespace

void retention::clear() {
  after_.clear();
  listing_ = 0;
  next_at_ = {};
}

void retention::work(time_point now) {
  if (limits_.retention_ms == 0 || listing_ != 0 || now < next_at_) return;
  listing_ = out_.send(log_requests::list{after_, page_rooms_max});
}

bool retention::answer(std::uint64_t request, const log_answer& answer, sequence first,
                       std::int64_t wall_ms, time_point now) {
  if (request != listing_ || request == 0) return false;
  listing_ = 0;
  next_at_ = now + between_pages;
  const auto* page = std::get_if<log_answers::listing>(&answer);
  if (!page) return true;
  for (const auto& each : page->rooms) judge(each, first, wall_ms);
  after_ = page->is_end ? std::string() : page->last_key;
  if (page->is_end) {
    next_at_ = now + std::clamp<milliseconds>(milliseconds(limits_.retention_ms / 10),
                                              between_pages, between_scans_max);
  }
  return true;
}

void retention::judge(const log_answers::stored_room& room, sequence first, std::int64_t wall_ms) {
  const auto untouched_ms = wall_ms - room.touched_ms;
  if (untouched_ms < limits_.retention_ms) return;
  if (rooms_.is_known(room.topic) || checkpoint_.last_record(room.topic).value > 0) return;
  if (!room.is_empty || room.log != position_.log) {
    ++counters_.retired;
    return out_.add(shard_effects::retire{room.topic});
  }
  const bool is_named = room.ownership >= position_.ownership || room.covered >= first;
  if (untouched_ms < 2 * limits_.retention_ms || is_named) return;
  ++counters_.removed;
  out_.send(log_requests::remove{room.topic, room.at});
}

}  // namespace roost::cluster
