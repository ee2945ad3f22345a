// SPDX-License-Identifier: Apache-2.0
// Taking a shard: barrier and state, marker, the log up to the marker, the own barrier.
#include <algorithm>
#include <string_view>
#include <utility>

#include "cluster/log/shard_log.hpp"

namespace roost::cluster {

void shard_log::take_barrier(const log_answers::snapshots& found, time_point now) {
  barrier_at_ = found.barrier_at;
  greatest_seen_ = std::max(greatest_seen_, found.barrier_ownership);
  const bool is_owner = position_.marker.value > 0;
  if (is_owner && found.barrier_ownership > position_.ownership) {
    return fenced("a newer owner's barrier is stored");
  }
  if (step_ == step::get_barrier) {
    barrier_seen_ = found.barrier_ownership;
    return go(step::get_state);
  }
  // After a break the barrier that was stored before proves nothing.
  const bool is_own = found.barrier_ownership == position_.ownership;
  if (is_own && barrier_at_ > own_barrier_at_) return barrier_stored(barrier_at_, now);
  retry(step::put_barrier, now);  // what was read may be stale
}

void shard_log::take(const log_answers::state& state, time_point now) {
  first_ = state.first;
  log_bytes_ = state.bytes;
  log_bytes_max_ = state.bytes_max;
  if (state.newest.at.value > 0 && !state.newest.entry) {
    return stop_with(stop_reason::unreadable, {}, "the newest message cannot be decoded");
  }
  if (!may_take(state)) return;
  const auto newest = state.newest.entry ? state.newest.entry->ownership : 0;
  const bool is_emptied = state.last.value > 0 && !state.newest.entry;
  // A marker is stored before its barrier: this one is gone.
  if (!is_renewal_ && (is_emptied || barrier_seen_ > newest)) {
    ++counters_.losses;
    is_renewal_ = true;
  }
  append_marker(state, now);
}

/// Nobody takes a shard from a node that is up, unless it gave the shard. An owner that lost the
/// end of its log finds there the last message of an earlier owner, which may be up.
bool shard_log::may_take(const log_answers::state& state) {
  if (!state.newest.entry) return true;
  const auto& newest = *state.newest.entry;
  if (is_renewal_ && newest.ownership <= lost_ownership_) return true;
  const auto* release = std::get_if<log_entries::release>(&newest.body);
  const auto holder = release ? release->to : newest.node;
  const auto& living = release ? others_.heirs : others_.keepers;
  const bool is_up = std::find(living.begin(), living.end(), holder) != living.end();
  if (holder == self_ || !is_up) return true;
  stop_with(stop_reason::held, holder, release ? "it was given to another node" : "its owner is up",
            release ? newest.ownership : 0);
  return false;
}

void shard_log::append_marker(const log_answers::state& state, time_point now) {
  const auto& newest = state.newest.entry;
  if (newest) greatest_seen_ = std::max({greatest_seen_, newest->ownership, newest->log.number});
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  const auto wall_us = static_cast<std::uint64_t>(since.count() + wall_offset_us_);
  position_.ownership = std::max(wall_us, greatest_seen_ + 1);
  if (faults_.repeat_epoch && newest) position_.ownership = newest->ownership;
  greatest_seen_ = std::max(greatest_seen_, position_.ownership);
  position_.log = {first_log_id, 0};
  if (is_renewal_) {
    position_.log = {position_.ownership, random_()};
  } else if (newest) {
    position_.log = newest->log;
  } else {
    position_.log.random = random_();
  }
  position_.last = position_.closed = state.last;
  history_.clear();
  if (newest) history_.add(state.last, *newest);
  number_ = 0;
  text_ = epoch_text();
  next_ = state.first;
  if (faults_.no_marker) return marker_stored();
  close(log_entries::marker{text_});
}

/// Twelve random letters and digits: about 62 bits.
std::string shard_log::epoch_text() {
  static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string out(12, ' ');
  auto rest = random_();
  for (auto& letter : out) {
    letter = alphabet[rest % alphabet.size()];
    rest /= alphabet.size();
  }
  return out;
}

void shard_log::marker_stored() {
  position_.marker = position_.last;
  if (faults_.serve_before_read || next_ > position_.marker) return go(step::put_barrier);
  history_.clear();
  go(step::read_log);
}

void shard_log::take(log_answers::page& page, time_point now) {
  for (auto& message : page.messages) {
    if (message.at < next_) continue;
    if (message.at > position_.marker) break;
    if (message.at > next_) {
      gap_ = message.at;
      return go(step::check_gap);
    }
    if (!index(message, now)) return;
    next_ = sequence{message.at.value + 1};
  }
  if (next_ > position_.marker) return go(step::put_barrier);
  if (page.messages.empty() || page.is_end) return begin(is_renewal_);  // the marker is gone
  go(step::read_log);
}

/// Returns false if the take-over ended.
bool shard_log::index(log_answers::message& message, time_point now) {
  if (!message.entry) {
    stop_with(stop_reason::unreadable, {}, "a message cannot be decoded");
    return false;
  }
  auto& entry = *message.entry;
  greatest_seen_ = std::max({greatest_seen_, entry.ownership, entry.log.number});
  history_.add(message.at, entry);
  auto* batch = std::get_if<log_entries::batch>(&entry.body);
  if (!batch) return true;
  const auto since = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
  const auto wall_ms = since + wall_offset_us_ / 1000;
  for (const auto& record : batch->records) {
    const auto age = std::max<std::int64_t>(0, wall_ms - record.time_ms);
    checkpoint_.recorded(record.topic, message.at, now - milliseconds(age));
  }
  index_.add(message.at, entry.log, std::move(*batch), message.bytes);
  return true;
}

/// A gap that ends at the log's present first message is a former owner's late purge.
void shard_log::end_gap(const log_answers::state& state) {
  if (state.first < gap_) return lost("messages of the log are missing");
  first_ = state.first;
  next_ = gap_;
  go(step::read_log);
}

void shard_log::barrier_written(const write_result& result, time_point now) {
  switch (result.outcome) {
    case write_outcome::stored:
      return barrier_stored(result.at, now);
    case write_outcome::conflict:
    case write_outcome::unknown:
      return go(step::check_barrier);
    case write_outcome::full:
    case write_outcome::refused:
      return retry(step::put_barrier, now);
  }
}

void shard_log::barrier_stored(sequence at, time_point now) {
  barrier_at_ = own_barrier_at_ = at;
  rooms_.saw(at);
  checkpoint_.hold(now);
  step_ = step::none;
  if (phase_ == phase::serving) {
    is_looking_ = false;
    out_.add(shard_effects::verified{});
    return closed_.empty() ? void() : go(step::append);
  }
  phase_ = phase::serving;
  is_renewal_ = false;
  is_accepting_ = true;
  ++counters_.take_overs;
  purge_at_ = now + milliseconds(limits_.purge_interval_ms);
  out_.add(shard_effects::serving{position_.ownership, text_});
}

}  // namespace roost::cluster
