// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room.hpp"

#include <algorithm>
#include <utility>

#include "actors/room/member_name.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

using cluster::event_ptr;

room::room(topic topic, const room_rule& rule, handler_factory handlers, std::uint64_t node,
           new_epoch next_epoch, const fault_injection* faults, bool may_repeat,
           std::function<std::int64_t()> wall_clock)
    : room(std::move(topic), rule, std::move(handlers), node, faults, may_repeat,
           std::move(wall_clock)) {
  open(std::move(next_epoch), nullptr);
}

room::room(topic topic, const room_rule& rule, handler_factory handlers, std::uint64_t node,
           const fault_injection* faults, bool may_repeat, std::function<std::int64_t()> wall_clock)
    : topic_(std::move(topic)),
      rule_(rule),
      handlers_(std::move(handlers)),
      faults_(faults),
      wall_clock_(std::move(wall_clock)),
      runner_(handlers_(rule_), 0),
      history_(rule_.history),
      deduper_(may_repeat),
      presence_(rule_.presence, node),
      receipts_(rule_.receipts) {}

void room::apply(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  const auto& id = command.id;
  std::visit(
      overloaded{
          [&](const commands::fetch& request) { out.push_back(make_event(fetch(id, request))); },
          [&](const commands::fetch_side_state& request) {
            auto page = side_state(request.from, request.bytes_max);
            out.push_back(make_event(events::side_state{id, notifications_, std::move(page)}));
          },
          [&](const commands::query& request) {
            out.push_back(make_event(query(id, request, now)));
          },
          [&](const commands::mark_read& mark) {
            if (!is_fresh(command, now, out)) return;
            if (takes(command)) return mark_read(id, mark, now, out);
            add_answer(id, events::refused{id, errc::unavailable}, now, out);
          },
          [&](const auto& numbered) {
            if (!is_fresh(command, now, out)) return;
            add_answer(
                id,
                takes(command) ? take(id, numbered, now) : events::refused{id, errc::unavailable},
                now, out);
            if (!effects_.empty()) add_effects(id, now, out);
            if (durable_) durable_->key.reset();  // the call made no event
          },
      },
      command.body);
}

/// Whether to apply this command now as a new one. A duplicate is answered again.
bool room::is_fresh(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  switch (deduper_.take(command, now)) {
    case command_deduper::dedupe_result::fresh:
      break;
    case command_deduper::dedupe_result::repeated:
      if (faults_ && faults_->apply_repeats) break;
      answer_again(command, out);
      return false;
    case command_deduper::dedupe_result::again:
      apply_again(command, now, out);
      return false;
    case command_deduper::dedupe_result::early:
    case command_deduper::dedupe_result::outdated:
      return false;
  }
  if (faults_ && faults_->answer_before_apply && cluster::is<commands::push>(command) &&
      members_.contains(command.id.sender())) {
    const position next{history_.epoch_text(), offset{history_.head().value + 1}};
    out.push_back(make_event(events::repeated{command.id, next}));
  }
  return true;
}

void room::add_answer(const cluster::command_id& id, answer&& given, time_point now,
                      std::vector<event_ptr>& out) {
  if (durable_) record_marks(now, out);  // answers keep the order of the commands
  const auto add = [&](command_deduper::kept_answer kept, auto& made) {
    deduper_.answered(id, std::move(kept));
    out.push_back(make_event(std::move(made)));
  };
  std::visit(overloaded{
                 [&](events::ordered& made) {
                   add_ordered(std::move(made), now, out);
                   deduper_.answered(id, kept::pushed{{history_.epoch_text(), history_.head()}});
                 },
                 [&](events::repeated& made) { add(kept::pushed{made.at}, made); },
                 [&](events::joined& made) { add(kept::joined{made.at}, made); },
                 [&](events::refused& made) {
                   add(kept::refused{made.why, made.response}, made);
                 },
                 [&](events::left& made) { add(kept::left{}, made); },
                 [&](events::done& made) { add(kept::done{made.response}, made); },
             },
             given);
}

/// Answers a duplicate command, whose first answer may be lost; changes nothing.
void room::answer_again(const cluster::command& command, std::vector<event_ptr>& out) {
  const auto& id = command.id;
  const auto* before = deduper_.answer_to(id);
  if (!before) return;  // a late duplicate: the edge has acknowledged the answer
  out.push_back(std::visit(
      overloaded{
          [&](const kept::pushed& push) {
            // The edge would drop an event of an earlier incarnation.
            auto held = history_.find(push.at.at);
            const bool is_same = held && held->epoch_number == history_.current() &&
                                 cluster::ordered_of(*held).command == id &&
                                 cluster::ordered_of(*held).is_answer;
            return is_same ? held : make_event(events::repeated{id, push.at});
          },
          [&](const kept::joined& join) {
            // The position of the join, not the current head: the member's
            // later pushes come after.
            return make_event(joined_at(id, std::get<commands::join>(command.body), join.at));
          },
          [&](const kept::refused& refused) {
            return make_event(events::refused{id, refused.why, refused.response});
          },
          [&](const kept::left&) { return make_event(events::left{id}); },
          [&](const kept::done& done) {
            return make_event(events::done{id, done.response});
          },
      },
      *before));
}

events::answer room::take(const cluster::command_id& id, const commands::join& join,
                          time_point now) {
  const auto member = id.sender();
  const bool is_in = members_.contains(member);
  if (is_closed_) return events::refused{id, errc::unavailable};
  if (!is_in && rule_.members_max != 0 && members_.size() >= rule_.members_max) {
    return events::refused{id, errc::room_full};
  }
  const auto name = name_of_sender(member, join.user);
  if (!has_space_for(name, join.meta)) {
    leave(member, now);
    return events::refused{id, errc::unavailable};
  }
  auto chosen = runner_.join(member, join.user, join.meta.data.view(), now, effects_);
  if (chosen && chosen->why != errc::none) {
    // The edge has already ended the earlier channel of this connection, so its membership ends.
    remove(member, now);
    return events::refused{id, chosen->why, std::move(chosen->response)};
  }
  members_.insert(member);
  presence_.join(member, name, join.meta.data.view(), now);
  history_.trim(now);
  if (durable_) touch();
  return joined_at(id, join, {history_.epoch_text(), history_.head()});
}

/// The answer to a join at `at`, with the missed events and the side state.
events::joined room::joined_at(const cluster::command_id& id, const commands::join& join,
                               position at) {
  const auto joined = at.at;
  events::joined out;
  out.command = id;
  out.at = std::move(at);
  out.notifications = notifications_;
  auto since = joined;
  // After a repeated join the head may have passed the requested position: the first answer was
  // "not recovered", so this one must be the same.
  const bool resumes = join.resume && join.resume->at <= joined && history_.recovers(*join.resume);
  if (resumes) {
    since = join.resume->at;
  } else if (join.history) {
    const auto first = std::min(history_.first_held().value, joined.value + 1);
    since.value -= std::min<std::uint64_t>(*join.history, joined.value + 1 - first);
  }
  if (join.resume || join.history) out.recovered = resumes || !join.resume;
  out.missed = static_cast<std::uint32_t>(joined.value - since.value);
  if (out.missed > 0) out.events = history_.after(since, page_bytes_max);
  // Events after the join are not missed: the edge gets them as live events.
  std::erase_if(out.events, [joined](const event_ptr& each) { return each->at > joined; });
  if (faults_ && faults_->off_by_one_at_p && !out.events.empty()) {
    out.events.erase(out.events.begin());
  }
  out.side_state = whole_side_state(joiner_bytes_max);
  return out;
}

events::answer room::take(const cluster::command_id& id, const commands::leave&, time_point now) {
  leave(id.sender(), now);
  return events::left{id};
}

void room::leave(const cluster::member_id& member, time_point now) {
  if (remove(member, now)) runner_.leave(member, now, effects_);
}

bool room::remove(const cluster::member_id& member, time_point now) {
  if (members_.erase(member) == 0) return false;
  if (members_.empty()) members_ = decltype(members_)();  // frees the table's capacity
  if (!faults_ || !faults_->keep_gone_present) presence_.leave(member, now);
  return true;
}

events::answer room::take(const cluster::command_id& id, const commands::push& push,
                          time_point now) {
  if (!members_.contains(id.sender())) return events::refused{id, errc::unmatched_topic};
  return order(id, push, {push.user, false}, now);
}

events::answer room::take(const cluster::command_id& id, const commands::publish& push,
                          time_point now) {
  if (is_closed_) return events::refused{id, errc::unavailable};
  return order(id, push, {{}, true}, now);
}

/// Gives a push of a member or of the API to the handler, unless its idempotency key is known.
template <class Push>
events::answer room::order(const cluster::command_id& id, const Push& push,
                           const idempotency::scope& scope, time_point now) {
  const bool has_key = !push.idempotency_key.empty() && !(faults_ && faults_->forget_values);
  if (has_key) {
    if (!idempotency_) idempotency_ = std::make_unique<idempotency>(rule_.idempotency_bytes_max);
    idempotency_->trim(now, history_.first_held());
    if (const auto* first = idempotency_->find(scope, push.idempotency_key)) {
      return events::repeated{id, *first};
    }
  }
  const auto sender = scope.is_api ? cluster::member_id{} : id.sender();
  auto chosen = runner_.message(sender, {push.event, push.payload}, now, effects_);
  auto given = answer_push(id, std::move(chosen));
  if (has_key && !std::holds_alternative<events::refused>(given)) {
    idempotency_->remember(scope, push.idempotency_key, position_after(given), now);
    if (durable_) {
      durable_->key = push_key{std::string(scope.user), push.idempotency_key, scope.is_api};
    }
  }
  return given;
}

events::answer room::take(const cluster::command_id& id, const commands::describe& describe,
                          time_point now) {
  const auto member = id.sender();
  if (!has_space_for(name_of_sender(member, describe.user), describe.meta)) {
    return events::refused{id, errc::unavailable};
  }
  const bool is_in = presence_.update(member, describe.meta.data.view(), now) ||
                     members_.contains(member);  // presence may be off
  if (!is_in) return events::refused{id, errc::unmatched_topic};
  return events::done{id};
}

events::answer room::take(const cluster::command_id& id, const commands::mark_read& mark,
                          time_point now) {
  if (!members_.contains(id.sender())) return events::refused{id, errc::unmatched_topic};
  if (!history_.has_happened(mark.at)) return events::refused{id, errc::invalid_payload};
  const bool is_new = receipts_.mark(name_of_sender(id.sender(), mark.user), mark.at);
  if (is_new && !receipts_due_) receipts_due_ = now + milliseconds(rule_.receipts.window_ms);
  return events::done{id};
}

void room::tick(time_point now, std::vector<event_ptr>& out) {
  runner_.tick(now, effects_);
  if (!effects_.empty()) add_effects({}, now, out);
  history_.trim(now);
  if (idempotency_) idempotency_->trim(now, history_.first_held());
  add_notifications(presence_.flush(now), out);
  if (!receipts_due_ || *receipts_due_ > now) return;
  receipts_due_.reset();
  if (durable_) record_marks(now, out);
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
  for (const auto& each : {receipts_due_, aged, values, runner_.next_due()}) {
    if (each && (!out || *each < *out)) out = each;
  }
  return out;
}

}  // namespace roost::actors
