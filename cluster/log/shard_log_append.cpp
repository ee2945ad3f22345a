// SPDX-License-Identifier: Apache-2.0
// Appends with one under way, the settling of their outcomes, truncation behind them, the release.
#include <algorithm>
#include <utility>

#include "cluster/log/shard_log.hpp"

namespace roost::cluster {

void shard_log::give(node_id to, time_point now) {
  if (phase_ != phase::serving || (giving_ && giving_->to == to)) return;
  giving_.reset();
  if (to == node_id{}) return;
  const auto rooms = checkpoint_.want_all();
  giving_ = {to, {rooms.begin(), rooms.end()}, now + milliseconds(limits_.give_ms)};
}

/// A new owner reads what no snapshot covers before it serves, so most of it is stored first.
void shard_log::go_on_giving(time_point now) {
  auto& rooms = giving_->rooms;
  while (!rooms.empty() && checkpoint_.is_covered(*rooms.front())) rooms.pop_front();
  if (rooms.empty() || now >= giving_->until) giving_->is_stored = true;
}

/// Closes what comes next: a purge's epochs, a batch, or the release behind everything.
void shard_log::close_next(time_point now) {
  if (closed_.size() > (faults_.pipeline_appends ? 1U : 0U)) return;
  if (wants_purge(now)) {
    if (faults_.purge_without_append) return purge(now);
    return close(log_entries::epochs{history_.epochs()});
  }
  if (!queue_.empty()) {
    auto batch = queue_.fill(limits_.batch_bytes_max);
    auto records = std::move(batch.records);
    return close(log_entries::batch{std::move(records)}, std::move(batch));
  }
  if (giving_ && giving_->is_stored) close(log_entries::release{giving_->to});
}

void shard_log::close(decltype(log_entry::body) body, append_queue::batch batch) {
  log_entry entry{position_.log, self_, position_.ownership, ++number_, std::move(body)};
  position_.closed = sequence{position_.closed.value + 1};
  for (const auto& topic : batch.cuts) rooms_.covers(*topic, position_.closed);
  if (faults_.output_before_stored && !batch.tickets.empty()) {
    out_.add(shard_effects::stored{std::exchange(batch.tickets, {})});
  }
  closed_.push_back({std::make_shared<const log_entry>(std::move(entry)), std::move(batch.tickets),
                     std::move(batch.topics), batch.bytes});
  if (closed_.size() == 1) return go(step::append);
  // With pipeline_appends: its answer is not awaited, its outcome is settled.
  out_.send(log_requests::append{sequence{position_.closed.value - 1}, closed_.back().entry});
}

void shard_log::append_written(const write_result& result, time_point now) {
  switch (result.outcome) {
    case write_outcome::stored:
      if (result.at.value == position_.last.value + 1) return appended(now);
      return go(step::settle_state);
    case write_outcome::conflict:
    case write_outcome::unknown:
      return go(step::settle_state);
    case write_outcome::full:
    case write_outcome::refused:
      is_refused_ = true;
      return retry(step::append, now);
  }
}

/// The append under way is stored.
void shard_log::appended(time_point now) {
  const auto stored = std::move(closed_.front());
  closed_.pop_front();
  position_.last = sequence{position_.last.value + 1};
  log_bytes_ += stored.bytes;
  ++counters_.appends;
  counters_.appended_bytes += stored.bytes;
  is_refused_ = false;
  step_ = step::none;
  history_.add(position_.last, *stored.entry);
  if (std::holds_alternative<log_entries::marker>(stored.entry->body)) return marker_stored();
  if (const auto* release = std::get_if<log_entries::release>(&stored.entry->body)) {
    return stop_with(stop_reason::released, release->to, "given to another node",
                     position_.ownership);
  }
  batch_stored(stored, now);
  if (std::holds_alternative<log_entries::epochs>(stored.entry->body)) purge(now);
  if (!closed_.empty()) go(step::settle_state);
}

void shard_log::batch_stored(const closed_batch& stored, time_point now) {
  if (!stored.topics.empty()) queue_.stored();
  for (const auto& topic : stored.topics) checkpoint_.recorded(*topic, position_.last, now);
  const auto* batch = std::get_if<log_entries::batch>(&stored.entry->body);
  if (batch) counters_.records += batch->records.size();
  if (!stored.tickets.empty()) out_.add(shard_effects::stored{stored.tickets});
}

bool shard_log::is_own(const log_answers::message& message) const {
  return !closed_.empty() && message.entry && message.entry->node == self_ &&
         message.entry->ownership == position_.ownership &&
         message.entry->number == closed_.front().entry->number;
}

/// Decides by what the log holds: after an append without a clear outcome, and for look().
void shard_log::settle(const log_answers::state& state, time_point now) {
  const auto last = position_.last;
  const bool is_known =
      last.value == 0 || (state.newest.entry && history_.knows(state.last, *state.newest.entry));
  if (state.last < last) {
    if (phase_ == phase::taking_over) return begin(is_renewal_);
    return is_known ? lost("the log is shorter than it was") : fenced("the log is another one");
  }
  if (state.last > last) {
    if (faults_.take_others_batch && !closed_.empty()) return settled(now);
    if (closed_.empty()) return fenced("another node has appended");
    return go(step::settle_read);
  }
  if (!is_known) return fenced("another node has appended");
  if (is_suspicious_) return lost("the snapshots do not fit the log");
  if (is_looking_ && is_cut_from_below(state)) {
    return lost("messages were removed that no snapshot covers");
  }
  if (is_looking_) return go(step::put_barrier);
  retry(step::append, now);
}

/// The message above the last one is the append under way, or it is another owner's.
void shard_log::settle(const log_answers::page& page, time_point now) {
  const bool is_next =
      !page.messages.empty() && page.messages.front().at.value == position_.last.value + 1;
  if (!is_next && faults_.retry_after_truncation) return retry(step::append, now);
  const bool is_stored = is_next && is_own(page.messages.front());
  if (!is_stored) return fenced("another node has appended");
  settled(now);
}

void shard_log::settled(time_point now) {
  ++counters_.settled;
  appended(now);
  if (phase_ != phase::serving || !is_looking_) return;
  if (is_suspicious_) return lost("the snapshots do not fit the log");
  go(step::put_barrier);
}

void shard_log::fenced(std::string detail) {
  if (phase_ == phase::taking_over) return stop_with(stop_reason::held, {}, std::move(detail));
  ++counters_.fenced;
  stop_with(stop_reason::fenced, {}, std::move(detail));
}

/// The store lost acknowledged data: the rooms are dropped and read again under a new log id.
void shard_log::lost(std::string detail) {
  ++counters_.losses;
  lost_ownership_ = position_.ownership;
  stop_with(stop_reason::lost, {}, std::move(detail));
  begin(true);
}

/// The records that were applied must fit, too: a log that is full cannot be truncated, because
/// each purge follows an append.
bool shard_log::is_nearly_full() const {
  auto bytes = log_bytes_ + queue_.bytes();
  for (const auto& under_way : closed_) bytes += under_way.bytes;
  return log_bytes_max_ > 0 && bytes > log_bytes_max_ / 10 * 9;
}

bool shard_log::wants_purge(time_point now) const {
  const bool is_due = now >= purge_at_ || is_nearly_full();
  if (side_request_ != 0 || !is_due) return false;
  if (faults_.purge_above_snapshots || faults_.purge_last_message) {
    return first_ < position_.last;
  }
  return first_ < checkpoint_.first_kept(position_.last);
}

/// Nothing can be purged from a log without space, so only a new bound can help.
void shard_log::read_space(time_point now) {
  if (side_request_ != 0 || now < purge_at_) return;
  purge_at_ = now + milliseconds(limits_.purge_interval_ms);
  side_request_ = out_.send(log_requests::read_state{});
}

/// Right after an own append was stored, so that the log surely reaches that far.
void shard_log::purge(time_point now) {
  purge_to_ = checkpoint_.first_kept(position_.last);
  if (faults_.purge_above_snapshots) purge_to_ = position_.last;
  if (faults_.purge_last_message && purge_to_ == position_.last) {
    purge_to_ = sequence{position_.last.value + 1};
  }
  purge_at_ = now + milliseconds(limits_.purge_interval_ms);
  side_request_ = out_.send(log_requests::purge{purge_to_});
}

/// Somebody else has removed messages that no snapshot covers. Below the marker it may be a former
/// owner's late purge.
bool shard_log::is_cut_from_below(const log_answers::state& state) const {
  const auto own = std::max({first_, purge_to_, position_.marker});
  return state.first > std::max(own, checkpoint_.first_kept(position_.last));
}

void shard_log::side_answer(const log_answer& answer, time_point now) {
  side_request_ = 0;
  if (const auto* state = std::get_if<log_answers::state>(&answer)) {
    if (is_cut_from_below(*state)) return look(now);  // or a newer owner has truncated it
    first_ = std::max(first_, state->first);
    log_bytes_ = state->bytes;
    log_bytes_max_ = state->bytes_max;
    return;
  }
  const auto* written = std::get_if<write_result>(&answer);
  if (!written || written->outcome != write_outcome::stored) return;
  ++counters_.purges;
  first_ = purge_to_;
  side_request_ = out_.send(log_requests::read_state{});
}

}  // namespace roost::cluster
