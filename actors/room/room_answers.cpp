// SPDX-License-Identifier: Apache-2.0
// How a room decides which numbered commands to apply, and answers each once or again.
#include <utility>

#include "actors/room/room.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

using cluster::event_ptr;

/// Whether to apply this command now as a new one. A duplicate is answered again.
bool room::is_fresh(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  const bool waits = is_attaching_ && !(faults_ && faults_->join_while_attaching);
  if (waits && rule_.members_max != 0 && cluster::is<commands::join>(command)) return false;
  begin_incarnation(command.id.edge, now, out);
  switch (deduper_.take(command, now)) {
    case command_deduper::dedupe_result::fresh:
      break;
    case command_deduper::dedupe_result::repeated:
      if (faults_ && faults_->apply_repeats) break;
      answer_again(command, out);
      return false;
    case command_deduper::dedupe_result::reapply:
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

/// An owner has answered this join before, but may have dropped the member since.
bool room::was_joined(const cluster::command_id& id) const {
  const auto* const given = deduper_.answer_to(id);
  return given && std::holds_alternative<kept::joined>(*given);
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

}  // namespace roost::actors
