// SPDX-License-Identifier: Apache-2.0
// The records of a durable room, and commands that an earlier owner has applied.
#include <utility>

#include "actors/room/member_name.hpp"
#include "actors/room/room.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

using cluster::event_ptr;
namespace records = cluster::records;

/// Adds a record of the present epoch at the head. `cause`: {} if no command caused it.
void room::add_record(const cluster::command_id& cause,
                      decltype(cluster::log_record::body)&& body) {
  auto& made = durable_->records.emplace_back();
  const auto current = history_.current();
  made.topic = *topic_;
  made.of = {current.ownership, current.crashes, history_.epoch_text()};
  made.at = history_.head();
  made.time_ms = wall_clock_();
  deduper_.record(cause, made);
  made.body = std::move(body);
  note_use(made);
}

void room::note_use(const cluster::log_record& record) {
  const bool is_removal = std::holds_alternative<records::removed>(record.body);
  if (!is_removal) durable_->touched_ms = record.time_ms;
  durable_->touched_in = record.of.ownership;
}

void room::record(const cluster::event& event) {
  const auto& made = cluster::ordered_of(event);
  records::ordered body;
  body.name = made.name;
  body.payload = made.payload;
  body.skips_origin = made.skips_origin;
  body.is_answer = made.is_answer;
  body.on = made.on;
  if (auto& key = durable_->key) {
    body.user = std::move(key->user);
    body.idempotency_key = std::move(key->key);
    body.is_of_api = key->is_of_api;
    key.reset();
  }
  add_record(made.command, std::move(body));
}

/// In a durable room the answer waits for the record of the mark.
void room::mark_read(const cluster::command_id& id, const commands::mark_read& mark, time_point now,
                     std::vector<event_ptr>& out) {
  auto given = take(id, mark, now);
  if (!durable_ || std::holds_alternative<events::refused>(given)) {
    return add_answer(id, std::move(given), now, out);
  }
  if (!receipts_due_) receipts_due_ = now + milliseconds(rule_.receipts.window_ms);
  durable_->marks.push_back({id, {name_of_sender(id.sender(), mark.user), mark.at}});
  if (durable_->marks.size() >= waiting_marks_max) record_marks(now, out);
}

/// Records the marks that wait, and answers their commands.
void room::record_marks(time_point now, std::vector<event_ptr>& out) {
  if (durable_->marks.empty()) return;
  const auto waiting = std::exchange(durable_->marks, {});
  records::receipts body;
  for (const auto& each : waiting) body.marks.push_back(each.mark);
  add_record({}, std::move(body));
  for (const auto& each : waiting) add_answer(each.id, events::done{each.id}, now, out);
}

void room::retire(std::uint64_t seed) {
  if (durable_) add_record({}, records::removed{});
  free_memory();
  runner_ = handler_runner(handlers_(rule_), seed);
}

/// Records at a join that a stored room is used, once an hour and once in each ownership: a room
/// that is removed later must have no epoch of which a member knows a position.
void room::touch() {
  const bool is_stored = durable_->touched_in != 0;
  const bool is_old = durable_->touched_in != history_.current().ownership ||
                      wall_clock_() - durable_->touched_ms >= touch_ms;
  if (is_stored && is_old) add_record({}, records::receipts{});
}

/// Members are in no record, so joins, leaves and changes of meta are applied again. That is
/// idempotent, because the edge resends all commands from the first unanswered one on, in order.
void room::apply_again(const cluster::command& command, time_point now,
                       std::vector<event_ptr>& out) {
  const auto& id = command.id;
  const auto* const held = deduper_.answer_to(id);
  const bool was_refused = held && std::holds_alternative<kept::refused>(*held);
  const auto* const joined = held ? std::get_if<kept::joined>(held) : nullptr;
  std::visit(
      overloaded{
          [&](const commands::join& join) {
            if (was_refused) return answer_again(command, out);
            // At the first position: the member's later pushes come after it.
            const auto first = joined ? std::optional(joined->at) : std::nullopt;
            auto given = take(id, join, now);
            auto* const again = std::get_if<events::joined>(&given);
            if (again && first) *again = joined_at(id, join, *first);
            add_answer(id, std::move(given), now, out);
          },
          [&](const commands::leave& leave) { add_answer(id, take(id, leave, now), now, out); },
          [&](const commands::update_meta& update) {
            if (was_refused) return answer_again(command, out);
            add_answer(id, take(id, update, now), now, out);
          },
          [&](const commands::mark_read& mark) {
            held ? answer_again(command, out) : mark_read(id, mark, now, out);
          },
          [&](const auto&) {
            // A push. Its answer is held until the edge acknowledges it; if none is held, nobody
            // knows the outcome.
            if (held) return answer_again(command, out);
            add_answer(id, events::refused{id, errc::unknown_outcome}, now, out);
          },
      },
      command.body);
  if (!effects_.empty()) add_effects(id, now, out);
}

}  // namespace roost::actors
