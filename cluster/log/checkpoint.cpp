// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/checkpoint.hpp"

#include <algorithm>

namespace roost::cluster {

void checkpoint::recorded(const topic& topic, sequence at, time_point since) {
  const auto found = rooms_.find(topic);
  const bool is_new = found == rooms_.end();
  auto& room = is_new ? add(topic, at, since) : found->second;
  room.last = at;
  if (is_new) make_due(room);
}

checkpoint::uncovered_room& checkpoint::add(const topic& topic, sequence oldest, time_point since) {
  auto& room = rooms_[topic];
  room.topic = topic;
  room.serial = ++serials_;
  room.oldest = oldest;
  room.since = since;
  by_oldest_[key_of(room)] = &room;
  return room;
}

void checkpoint::stored(const topic& topic, sequence covered, time_point captured, time_point now) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end()) return;
  auto& room = found->second;
  end_capture(room);
  const young_snapshot snapshot{covered, captured, now + milliseconds(limits_.truncate_delay_ms)};
  return snapshot.counts_at <= now ? count(room, snapshot) : set_young(room, snapshot);
}

/// A record that comes next would otherwise have the room stored again at once.
void checkpoint::expect_records(const topic& topic, sequence covered, time_point captured) {
  if (limits_.truncate_delay_ms == 0 || rooms_.contains(topic)) return;
  add(topic, sequence{covered.value + 1}, captured);
}

/// A snapshot that this owner stored keeps its age. That of any other is not known: it counts once
/// no room is held back any more.
void checkpoint::found(const topic& topic, sequence covered, bool is_late, time_point now) {
  const auto entry = rooms_.find(topic);
  if (entry == rooms_.end() || entry->second.young) return;
  auto& room = entry->second;
  const auto late_until = now + milliseconds(limits_.truncate_delay_ms);
  const young_snapshot snapshot{covered, room.since, is_late ? late_until : held_until_};
  return snapshot.counts_at <= now ? count(room, snapshot) : set_young(room, snapshot);
}

void checkpoint::set_young(uncovered_room& room, const young_snapshot& snapshot) {
  due_.erase(key_of(room));
  room.young = snapshot;
  young_.emplace_back(snapshot.counts_at, *room.topic);
}

void checkpoint::failed(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || !found->second.is_capturing) return;
  end_capture(found->second);
  if (!found->second.young) make_due(found->second);
}

void checkpoint::end_capture(uncovered_room& captured) {
  if (std::exchange(captured.is_capturing, false)) --capturing_;
}

void checkpoint::want(const topic& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || std::exchange(found->second.is_wanted, true)) return;
  if (due_.contains(key_of(found->second))) wanted_.push_back(topic);
}

std::vector<shared_topic> checkpoint::want_all() {
  std::vector<shared_topic> out;
  for (const auto& [key, room] : by_oldest_) {
    if (is_covered(*room->topic)) continue;
    out.push_back(room->topic);
    want(*room->topic);
  }
  return out;
}

void checkpoint::make_due(uncovered_room& room) {
  due_[key_of(room)] = &room;
  if (room.is_wanted) wanted_.push_back(*room.topic);
}

void checkpoint::distrust_young(time_point now) {
  for (const auto& [counts_at, topic] : young_) {
    const auto found = rooms_.find(topic);
    if (found == rooms_.end() || !found->second.young) continue;
    auto& room = found->second;
    room.young.reset();
    if (room.last.value > 0) {
      make_due(room);
    } else {
      by_oldest_.erase(key_of(room));
      rooms_.erase(found);
    }
  }
  young_.clear();
  hold(now);
}

void checkpoint::hold(time_point now) {
  held_until_ = now + milliseconds(limits_.truncate_delay_ms);
}

void checkpoint::clear() {
  rooms_.clear();
  by_oldest_.clear();
  due_.clear();
  young_.clear();
  wanted_.clear();
  capturing_ = 0;
}

/// The snapshot counts for truncation: what it covers is no longer needed.
void checkpoint::count(uncovered_room& covered, const young_snapshot& snapshot) {
  by_oldest_.erase(key_of(covered));
  due_.erase(key_of(covered));
  if (covered.last <= snapshot.covered) {
    end_capture(covered);
    rooms_.erase(*covered.topic);
    return;
  }
  covered.oldest = std::max(covered.oldest, sequence{snapshot.covered.value + 1});
  covered.since = snapshot.captured;
  by_oldest_[key_of(covered)] = &covered;
  if (!covered.is_capturing) make_due(covered);
}

void checkpoint::age(time_point now) {
  while (!young_.empty() && young_.front().first <= now) {
    const auto found = rooms_.find(young_.front().second);
    if (found != rooms_.end() && found->second.young &&
        found->second.young->counts_at == young_.front().first) {
      const auto snapshot = *std::exchange(found->second.young, std::nullopt);
      count(found->second, snapshot);
    }
    young_.pop_front();
  }
}

std::vector<shared_topic> checkpoint::take_due(time_point now, sequence last,
                                               std::uint64_t message_bytes) {
  age(now);
  std::vector<shared_topic> out;
  if (now < held_until_) return out;
  const auto take = [&](uncovered_room& next) {
    due_.erase(key_of(next));
    next.is_capturing = true;
    ++capturing_;
    out.push_back(next.topic);
  };
  take_wanted(take);
  while (!due_.empty() && capturing_ < limits_.captures_max) {
    auto& next = *due_.begin()->second;
    const auto messages = last.value - next.oldest.value + 1;
    const bool is_old = next.since + milliseconds(limits_.log_age_ms) <= now;
    const bool is_too_long =
        messages > limits_.log_messages_max || messages * message_bytes > limits_.log_bytes_max;
    if (!is_old && !is_too_long) break;
    take(next);
  }
  return out;
}

template <class Take>
void checkpoint::take_wanted(const Take& take) {
  while (!wanted_.empty() && capturing_ < limits_.captures_max) {
    const auto found = rooms_.find(wanted_.front());
    wanted_.pop_front();
    if (found == rooms_.end() || !due_.contains(key_of(found->second))) continue;
    found->second.is_wanted = false;
    take(found->second);
  }
}

sequence checkpoint::first_kept(sequence last) const {
  return by_oldest_.empty() ? last : std::min(last, by_oldest_.begin()->first.first);
}

sequence checkpoint::last_record(const topic& topic) const {
  const auto found = rooms_.find(topic);
  return found == rooms_.end() ? sequence{} : found->second.last;
}

bool checkpoint::is_covered(const topic& topic) const {
  const auto found = rooms_.find(topic);
  return found == rooms_.end() ||
         (found->second.young && found->second.young->covered >= found->second.last);
}

std::uint64_t checkpoint::uncovered(sequence last) const {
  return by_oldest_.empty() ? 0 : last.value - by_oldest_.begin()->first.first.value + 1;
}

}  // namespace roost::cluster
