// SPDX-License-Identifier: Apache-2.0
// How a room continues after a crash of its handler and after a change of its rule.
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

using cluster::event_ptr;

void room::crashed(const cluster::command* failed, new_epoch next_epoch, time_point now,
                   std::vector<event_ptr>& out) {
  if (durable_) record_marks(now, out);
  members_.clear();
  deduper_.forget_joins();
  presence_.clear();
  effects_.clear();  // a call that throws has no effects
  runner_ = handler_runner(handlers_(rule_), next_epoch.seed);
  if (faults_ && faults_->reuse_epoch) {
    next_epoch.text = history_.epoch_text();
    history_ = roost::actors::history(rule_.history);
  }
  history_.begin_epoch(next_epoch.number, std::move(next_epoch.text));
  if (durable_) {
    add_record(failed ? failed->id : cluster::command_id{}, cluster::records::crashed{});
  }
  out.push_back(make_event(events::crashed{}));
  if (failed) add_answer(failed->id, events::refused{failed->id, errc::join_crashed}, now, out);
}

void room::use(const room_rule& rule, time_point now) {
  rule_ = rule;
  history_.use(rule_.history, now);
  presence_.use(rule_.presence);
  receipts_.use(rule_.receipts);
  if (idempotency_) idempotency_->use(rule_.idempotency_bytes_max);
}

}  // namespace roost::actors
