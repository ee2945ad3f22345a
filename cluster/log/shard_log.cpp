// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/shard_log.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster {
namespace {

shard_log_limits limits_of_checkpoint(shard_log_limits limits, const log_faults& faults) {
  if (faults.purge_before_sync) limits.truncate_delay_ms = 0;
  return limits;
}

}  // namespace

shard_log::shard_log(const shard_log_limits& limits, node_id self,
                     std::function<std::uint64_t()> random, const log_faults* faults)
    : limits_(limits),
      self_(self),
      random_(std::move(random)),
      faults_(faults ? *faults : log_faults{}),
      index_(limits.index_bytes_max),
      queue_(faults_.capture_within_batch),
      checkpoint_(limits_of_checkpoint(limits, faults_)),
      rooms_(limits_, faults_, position_, index_, checkpoint_, counters_, out_),
      retention_(limits_, position_, checkpoint_, rooms_, counters_, out_),
      sweep_(limits_, rooms_, counters_, out_) {}

void shard_log::take_over(time_point now, std::int64_t wall_us) {
  if (phase_ != phase::idle) return;
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  wall_offset_us_ = wall_us - since.count();
  begin(false);
}

/// Begins a take-over, or begins it anew. Rooms whose reading was asked for stay asked for.
void shard_log::begin(bool is_renewal) {
  phase_ = phase::taking_over;
  is_renewal_ = is_renewal;
  is_looking_ = false;
  is_suspicious_ = false;
  position_ = {};
  own_barrier_at_ = {};
  closed_.clear();
  index_.clear();
  checkpoint_.clear();
  side_request_ = 0;
  purge_to_ = {};
  go(step::get_barrier);
}

void shard_log::stop() { reset(); }

void shard_log::reset() {
  phase_ = phase::idle;
  step_ = step::none;
  main_request_ = 0;
  side_request_ = 0;
  retry_at_.reset();
  is_looking_ = false;
  is_suspicious_ = false;
  is_renewal_ = false;
  is_accepting_ = false;
  is_refused_ = false;
  giving_.reset();
  closed_.clear();
  greatest_seen_ = std::max(greatest_seen_, rooms_.greatest_seen());
  index_.clear();
  queue_.clear();
  checkpoint_.clear();
  rooms_.clear();
  retention_.clear();
  sweep_.clear();
}

void shard_log::stop_with(stop_reason why, node_id owner, std::string detail,
                          std::uint64_t released) {
  reset();
  out_.add(shard_effects::stopped{why, owner, released, std::move(detail)});
}

void shard_log::suspend() {
  is_suspended_ = true;
  main_request_ = 0;
  side_request_ = 0;
  retry_at_.reset();
  out_.drop_requests();
  rooms_.forget_requests();
  retention_.forget_requests();
  sweep_.forget_requests();
}

void shard_log::look(time_point now) {
  suspend();
  is_suspended_ = false;
  if (phase_ == phase::taking_over) return begin(is_renewal_);
  if (phase_ == phase::idle) return;
  if (faults_.send_before_look) {
    step_ = step::none;
    out_.add(shard_effects::verified{});
    return closed_.empty() ? void() : go(step::append);
  }
  checkpoint_.distrust_young(now);
  is_looking_ = true;
  go(step::get_barrier);
}

void shard_log::saw_ownership(std::uint64_t ownership, time_point now) {
  greatest_seen_ = std::max(greatest_seen_, ownership);
  if (phase_ != phase::serving || ownership <= position_.ownership) return;
  is_suspicious_ = true;
  if (!is_suspended_) look(now);
}

void shard_log::load(const shared_topic& topic, bool stores_first) {
  if (phase_ != phase::idle) rooms_.load(topic, stores_first);
}

void shard_log::add(const shared_topic& topic, std::vector<log_record> records,
                    std::uint64_t ticket) {
  // A room of an earlier ownership may not know yet that it is dropped.
  const bool is_present = !records.empty() && records.back().of.ownership == position_.ownership;
  if (is_present && rooms_.is_loaded(*topic)) queue_.add(topic, std::move(records), ticket);
}

void shard_log::captured(const topic& topic, std::uint64_t ticket, room_snapshot snapshot,
                         time_point now) {
  const auto ownership = snapshot.epochs.empty() ? 0 : snapshot.epochs.back().of.ownership;
  if (ownership != position_.ownership) return;
  if (!rooms_.is_loaded(topic)) return checkpoint_.failed(topic);
  if (is_covered(topic) && !rooms_.must_store(topic)) {
    checkpoint_.failed(topic);  // the capture that it asked for has ended, too
    return out_.add(shard_effects::stored_snapshot{{topic, ticket}});
  }
  // Records that wait are in the snapshot: it covers the batch that will hold the last of them.
  const auto covered = queue_.cut(topic) ? std::nullopt : std::optional(position_.closed);
  rooms_.captured(topic, ticket, std::move(snapshot), covered, now);
}

void shard_log::drop(const topic& topic) {
  queue_.close(topic);
  checkpoint_.failed(topic);
  rooms_.drop(topic);
}

bool shard_log::is_covered(const topic& topic) const {
  return !queue_.holds(topic) && checkpoint_.is_covered(topic);
}

/// Sends the main request of a step.
void shard_log::go(step next) {
  step_ = next;
  retry_at_.reset();
  main_request_ = 0;
  if (is_suspended_) return;
  switch (next) {
    case step::none:
      break;
    case step::get_barrier:
    case step::check_barrier:
      main_request_ = out_.send(log_requests::get{});
      break;
    case step::get_state:
    case step::settle_state:
    case step::check_gap:
      main_request_ = out_.send(log_requests::read_state{});
      break;
    case step::append:
      main_request_ = out_.send(log_requests::append{position_.last, closed_.front().entry});
      break;
    case step::settle_read:
      main_request_ = out_.send(log_requests::read{sequence{position_.last.value + 1}, 1});
      break;
    case step::read_log:
      main_request_ = out_.send(log_requests::read{next_, limits_.page_bytes_max});
      break;
    case step::put_barrier:
      main_request_ = out_.send(log_requests::put_barrier{barrier_at_, position_.ownership});
      break;
  }
}

void shard_log::retry(step next, time_point now) {
  step_ = next;
  retry_at_ = now + milliseconds(limits_.retry_ms);
}

void shard_log::answer(std::uint64_t request, log_answer answer, time_point now) {
  if (request == main_request_) {
    main_request_ = 0;
    main_answer(answer, now);
  } else if (request == side_request_) {
    side_answer(answer, now);
  } else if (!rooms_.answer(request, answer, now) && !sweep_.answer(request, answer, now)) {
    const auto since = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
    retention_.answer(request, answer, first_, since + wall_offset_us_ / 1'000, now);
  }
  greatest_seen_ = std::max(greatest_seen_, rooms_.greatest_seen());
  if (!rooms_.take_suspicion() || phase_ != phase::serving || is_suspended_) return;
  is_suspicious_ = true;
  if (!is_looking_) look(now);
}

void shard_log::main_answer(log_answer& answer, time_point now) {
  if (std::holds_alternative<log_answers::failed>(answer)) return retry(step_, now);
  switch (step_) {
    case step::none:
      return;
    case step::get_barrier:
    case step::check_barrier:
      return take_barrier(std::get<log_answers::snapshots>(answer), now);
    case step::get_state:
      if (phase_ == phase::taking_over) return take(std::get<log_answers::state>(answer), now);
      return settle(std::get<log_answers::state>(answer), now);
    case step::settle_state:
      return settle(std::get<log_answers::state>(answer), now);
    case step::settle_read:
      return settle(std::get<log_answers::page>(answer), now);
    case step::append:
      return append_written(std::get<write_result>(answer), now);
    case step::read_log:
      return take(std::get<log_answers::page>(answer), now);
    case step::check_gap:
      return end_gap(std::get<log_answers::state>(answer));
    case step::put_barrier:
      return barrier_written(std::get<write_result>(answer), now);
  }
}

std::vector<shard_effect> shard_log::poll(time_point now) {
  if (!is_suspended_ && retry_at_ && *retry_at_ <= now) go(step_);
  if (phase_ == phase::serving && !is_suspended_ && !is_looking_) {
    rooms_.work(now);
    retention_.work(now);
    sweep_.work(now);
    const auto messages = std::max<std::uint64_t>(1, position_.last.value + 1 - first_.value);
    for (auto& topic : checkpoint_.take_due(now, position_.last, log_bytes_ / messages)) {
      out_.add(shard_effects::capture{std::move(topic)});
    }
    if (giving_) go_on_giving(now);
    if (is_nearly_full() && !wants_purge(now)) read_space(now);
    if (step_ == step::none || faults_.pipeline_appends) close_next(now);
  }
  check_accepting();
  return out_.take();
}

void shard_log::check_accepting() {
  if (phase_ != phase::serving) return;
  // Half of the queue must be free again, so that the answer does not change with each append.
  const auto queue_max = limits_.queue_bytes_max / (is_accepting_ ? 1 : 2);
  const bool is_leaving = giving_ && giving_->is_stored;
  const bool accepts =
      !is_refused_ && !is_leaving && !is_nearly_full() && queue_.bytes() <= queue_max;
  if (std::exchange(is_accepting_, accepts) != accepts) {
    out_.add(shard_effects::accepting{accepts});
  }
}

shard_log_counters shard_log::counters() const {
  auto out = counters_;
  out.queued_bytes = queue_.bytes();
  out.uncovered_messages = checkpoint_.uncovered(position_.last);
  out.log_bytes = log_bytes_;
  out.log_bytes_max = log_bytes_max_;
  return out;
}

}  // namespace roost::cluster
