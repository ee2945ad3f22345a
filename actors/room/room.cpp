// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room.hpp"

#include <algorithm>
#include <utility>

#include "actors/room/member_name.hpp"

namespace roost::actors {

using cluster::event;
using cluster::event_ptr;

namespace {

/// Copies the payload if it would keep a much larger message buffer alive.
void copy_if_wasteful(slice& part) {
  constexpr std::size_t waste_max = 128;
  if (!part.whole || part.whole->size() <= part.size + waste_max) return;
  part = slice::of(bytes_ptr::copy(part.view()));
}

}  // namespace

room::room(topic topic, const room_rule& rule, handler_factory handlers, std::uint64_t node,
           new_epoch next_epoch, const fault_injection* faults, bool may_repeat)
    : topic_(std::move(topic)),
      rule_(rule),
      handlers_(std::move(handlers)),
      faults_(faults),
      handler_(handlers_(rule_)),
      incarnation_(next_epoch.number),
      history_(rule_.history),
      deduper_(may_repeat),
      presence_(rule_.presence, node),
      receipts_(rule_.receipts) {
  history_.begin_epoch(next_epoch.number, std::move(next_epoch.text));
}

event room::answer_to(const cluster::command& command) const {
  event out;
  out.topic = topic_;
  out.origin = command.from;
  out.number = command.number;
  out.member = command.member;
  out.incarnation = incarnation_;
  out.epoch_number = history_.current();
  out.epoch_text = history_.epoch_text();
  out.at = history_.head();
  out.notifications = notifications_;
  return out;
}

void room::apply(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  if (command.kind == cluster::command_kind::fetch) return fetch(command, out);
  if (command.kind == cluster::command_kind::query) return query(command, now, out);
  switch (deduper_.take(command, now)) {
    case command_deduper::dedupe_result::fresh:
      return apply_fresh(command, now, out);
    case command_deduper::dedupe_result::repeated:
      if (faults_ && faults_->apply_repeats) return apply_fresh(command, now, out);
      return answer_again(command, out);
    case command_deduper::dedupe_result::early:
      return;
  }
}

void room::apply_fresh(const cluster::command& command, time_point now,
                       std::vector<event_ptr>& out) {
  auto answer = answer_to(command);
  answer.kind = cluster::event_kind::done;
  switch (command.kind) {
    case cluster::command_kind::join:
      join(command, now, answer);
      break;
    case cluster::command_kind::push:
    case cluster::command_kind::publish:
      push(command, now, out, answer);
      break;
    case cluster::command_kind::leave:
      leave(command, now);
      answer.kind = cluster::event_kind::left;
      break;
    case cluster::command_kind::describe:
      describe(command, now, answer);
      break;
    case cluster::command_kind::mark_read:
      mark_read(command, now, answer);
      break;
    case cluster::command_kind::fetch:
    case cluster::command_kind::query:
      break;
  }
  deduper_.answered(command.from,
                    {command.number, answer.kind, answer.why, {answer.epoch_text, answer.at}});
  auto shared = cluster::share(std::move(answer));
  if (shared->kind == cluster::event_kind::ordered) history_.append(shared, now);
  out.push_back(std::move(shared));
}

/// Answers a duplicate command, whose first answer may be lost; changes nothing.
void room::answer_again(const cluster::command& command, std::vector<event_ptr>& out) {
  const auto* before = deduper_.answer_to(command.from, command.number);
  if (!before) return;  // a late duplicate: the edge has acknowledged the answer
  if (before->kind == cluster::event_kind::ordered) {
    // The edge would drop an event of an earlier incarnation; such a push is answered "repeated".
    auto held = history_.find(before->at.at);
    if (held && held->number == command.number && held->incarnation == incarnation_) {
      out.push_back(std::move(held));
      return;
    }
  }
  auto answer = answer_to(command);
  answer.kind = before->kind;
  answer.why = before->why;
  if (before->kind == cluster::event_kind::joined) {
    // The position of the join, not the current head: the member's later pushes come after it.
    answer.epoch_text = before->at.epoch;
    answer.joined_at = before->at.at;
    add_catch_up(command, answer);
  } else if (before->kind == cluster::event_kind::ordered ||
             before->kind == cluster::event_kind::repeated) {
    answer.kind = cluster::event_kind::repeated;
    answer.epoch_text = before->at.epoch;
    answer.at = before->at.at;
  }
  out.push_back(cluster::share(std::move(answer)));
}

void room::join(const cluster::command& command, time_point now, event& answer) {
  const cluster::member_id member{command.from.node, command.member};
  const bool is_in = members_.contains(member);
  answer.kind = cluster::event_kind::refused;
  if (is_closed_) {
    answer.why = errc::unavailable;
    return;
  }
  if (!is_in && rule_.members_max != 0 && members_.size() >= rule_.members_max) {
    answer.why = errc::room_full;
    return;
  }
  if (!has_space_for(command)) {
    leave(command, now);
    answer.why = errc::unavailable;
    return;
  }
  if (auto allowed = handler_->on_join(command.member); !allowed) {
    // The edge has already ended the earlier channel of this connection, so its membership ends.
    leave(command, now);
    answer.why = allowed.failure().code;
    return;
  }
  members_.insert(member);
  presence_.join(member, name_of_sender(command), command.payload.data.view(), now);
  answer.kind = cluster::event_kind::joined;
  answer.joined_at = answer.at;
  history_.trim(now);
  add_catch_up(command, answer);
}

/// Adds the missed events and the side state to the answer to a join.
void room::add_catch_up(const cluster::command& command, event& answer) {
  const auto joined = answer.joined_at;
  auto since = joined;
  // After a repeated join the head may have passed the requested position: the first answer was
  // "not recovered", so this one must be the same.
  const bool resumes = command.from_position && command.from_position->at <= joined &&
                       history_.recovers(*command.from_position);
  if (resumes) {
    since = command.from_position->at;
  } else if (command.history) {
    const auto first = std::min(history_.first_held().value, joined.value + 1);
    since.value -= std::min<std::uint64_t>(*command.history, joined.value + 1 - first);
  }
  if (command.from_position || command.history)
    answer.recovered = resumes || !command.from_position;
  answer.missed = static_cast<std::uint32_t>(joined.value - since.value);
  if (answer.missed > 0) answer.events = history_.after(since, page_bytes_max);
  // Events after the join are not missed: the edge gets them as live events.
  std::erase_if(answer.events, [joined](const event_ptr& each) { return each->at > joined; });
  if (faults_ && faults_->off_by_one_at_p && !answer.events.empty()) {
    answer.events.erase(answer.events.begin());
  }
  add_whole_side_state(answer, joiner_bytes_max);
}

void room::leave(const cluster::command& command, time_point now) {
  const cluster::member_id member{command.from.node, command.member};
  if (members_.erase(member) == 0) return;
  if (members_.empty()) members_ = decltype(members_)();  // frees the table's capacity
  if (!faults_ || !faults_->keep_gone_present) presence_.leave(member, now);
  handler_->on_leave(command.member);
}

void room::push(const cluster::command& command, time_point now, std::vector<event_ptr>& out,
                event& answer) {
  answer.kind = cluster::event_kind::refused;
  const bool is_api = command.kind == cluster::command_kind::publish;
  answer.why = is_api ? errc::unavailable : errc::unmatched_topic;
  if (is_api ? is_closed_ : !members_.contains({command.from.node, command.member})) return;
  const bool has_key = !command.idempotency_key.empty() && !(faults_ && faults_->forget_values);
  const idempotency::scope scope{command.user, is_api};
  if (has_key) {
    if (!idempotency_) idempotency_ = std::make_unique<idempotency>(rule_.idempotency_bytes_max);
    idempotency_->trim(now, history_.first_held());
    if (const auto* first = idempotency_->find(scope, command.idempotency_key)) {
      answer.kind = cluster::event_kind::repeated;
      answer.why = errc::none;
      answer.epoch_text = first->epoch;
      answer.at = first->at;
      return;
    }
  }
  if (faults_ && faults_->answer_before_apply) {
    auto early = answer;
    early.kind = cluster::event_kind::repeated;
    early.at.value += 1;
    out.push_back(cluster::share(std::move(early)));
  }
  auto broadcast = handler_->on_message({command.member, command.event, command.payload});
  if (!broadcast) {
    answer.why = broadcast.failure().code;
    return;
  }
  answer.kind = cluster::event_kind::ordered;
  answer.why = errc::none;
  answer.at = offset{history_.head().value + 1};
  answer.skips_origin = !rule_.echo;
  answer.name = std::move(broadcast->event);
  answer.payload = std::move(broadcast->payload);
  copy_if_wasteful(answer.payload.data);
  if (has_key) {
    idempotency_->remember(scope, command.idempotency_key, {answer.epoch_text, answer.at}, now);
  }
}

void room::describe(const cluster::command& command, time_point now, event& answer) {
  if (!has_space_for(command)) {
    answer.kind = cluster::event_kind::refused;
    answer.why = errc::unavailable;
    return;
  }
  if (presence_.update({command.from.node, command.member}, command.payload.data.view(), now))
    return;
  if (members_.contains({command.from.node, command.member})) return;  // presence is off
  answer.kind = cluster::event_kind::refused;
  answer.why = errc::unmatched_topic;
}

void room::mark_read(const cluster::command& command, time_point now, event& answer) {
  answer.kind = cluster::event_kind::refused;
  answer.why = errc::unmatched_topic;
  if (!members_.contains({command.from.node, command.member})) return;
  answer.why = errc::invalid_payload;
  if (!command.from_position || !history_.has_happened(*command.from_position)) return;
  answer.kind = cluster::event_kind::done;
  answer.why = errc::none;
  if (!receipts_.mark(name_of_sender(command), *command.from_position)) return;
  if (!receipts_due_) receipts_due_ = now + milliseconds(rule_.receipts.window_ms);
}

void room::tick(time_point now, std::vector<event_ptr>& out) {
  history_.trim(now);
  if (idempotency_) idempotency_->trim(now, history_.first_held());
  add_notifications(presence_.flush(now), out);
  if (!receipts_due_ || *receipts_due_ > now) return;
  receipts_due_.reset();
  std::vector<notification> moved;
  for (auto& each : receipts_.take_changes()) moved.emplace_back("read_receipt", std::move(each));
  add_notifications(std::move(moved), out);
}

std::optional<time_point> room::next_due() const {
  // Expiry may be up to a second late, so that one tick expires many events.
  auto aged = history_.next_due();
  constexpr milliseconds slack{1'000};
  if (aged) *aged += slack;
  auto values = idempotency_ ? idempotency_->next_due(history_.first_held()) : std::nullopt;
  if (values) *values += slack;
  auto out = presence_.next_due();
  for (const auto& each : {receipts_due_, aged, values}) {
    if (each && (!out || *each < *out)) out = each;
  }
  return out;
}

}  // namespace roost::actors
