// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room.hpp"

#include <algorithm>
#include <utility>

#include "actors/room/member_name.hpp"
#include "cluster/phx_ref.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

using cluster::event_ptr;

room::room(topic topic, const room_rule& rule, handler_factory handlers, new_epoch next_epoch,
           const fault_injection* faults, bool may_repeat, std::function<std::int64_t()> wall_clock)
    : room(std::move(topic), rule, std::move(handlers), faults, may_repeat, std::move(wall_clock)) {
  open(std::move(next_epoch), nullptr);
}

room::room(topic topic, const room_rule& rule, handler_factory handlers,
           const fault_injection* faults, bool may_repeat, std::function<std::int64_t()> wall_clock)
    : topic_(std::move(topic)),
      rule_(rule),
      handlers_(std::move(handlers)),
      faults_(faults),
      wall_clock_(std::move(wall_clock)),
      runner_(handlers_(rule_), 0),
      history_(rule_.history),
      deduper_(may_repeat, faults),
      presence_(rule_.presence),
      receipts_(rule_.receipts) {}

void room::apply(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  const auto& id = command.id;
  const auto is_of_this_owner = command.ownership == history_.current().ownership ||
                                (faults_ && faults_->no_epoch_in_commands);
  if (command.ownership != 0 && !is_of_this_owner) return;
  std::visit(
      overloaded{
          [&](const commands::attach& request) { take(command, request, now, out); },
          [&](const commands::detach&) { detach(command, now, out); },
          [](const commands::ephemeral&) {},  // its caller passes it on
          [&](const commands::fetch& request) { out.push_back(make_event(fetch(id, request))); },
          [&](const commands::fetch_side_state& request) {
            auto page = side_state(request.from, request.bytes_max);
            out.push_back(make_event(events::side_state{id, notifications_, std::move(page)}));
          },
          [&](const commands::query& request) {
            const bool is_of_members = request.events_max == 0 || request.wants_presence;
            if (is_attaching_ && is_of_members) return;  // they may not all be known
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

events::answer room::take(const cluster::command_id& id, const commands::join& join,
                          time_point now) {
  const auto member = id.sender();
  const bool is_in = members_.contains(member);
  if (is_closed_) return events::refused{id, errc::unavailable};
  const bool is_full = rule_.members_max != 0 && members_.size() >= rule_.members_max;
  if (!is_in && is_full && !was_joined(id)) return events::refused{id, errc::room_full};
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
  presence_.join(member, name, join.meta.data.view(), cluster::phx_ref_of(id), now);
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

/// This version does not know the kind of the command; a later owner may.
events::answer room::take(const cluster::command_id& id, const commands::unknown&, time_point) {
  return events::refused{id, errc::unavailable};
}

events::answer room::take(const cluster::command_id& id, const commands::update_meta& update,
                          time_point now) {
  const auto member = id.sender();
  if (!has_space_for(name_of_sender(member, update.user), update.meta)) {
    return events::refused{id, errc::unavailable};
  }
  const auto ref = cluster::phx_ref_of(id);
  const bool is_in = presence_.update(member, update.meta.data.view(), ref, now) ||
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
  if (!is_attaching_) add_notifications(presence_.flush(now), out);
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
  auto out = is_attaching_ ? std::nullopt : presence_.next_due();
  for (const auto& each : {receipts_due_, aged, values, runner_.next_due()}) {
    if (each && (!out || *each < *out)) out = each;
  }
  return out;
}

}  // namespace roost::actors
