// How a room continues after a crash of its kind and after a change of its rule.
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

using cluster::event_ptr;

void room::crashed(const command& what, epoch_birth birth, std::vector<event_ptr>& out) {
  members_.clear();
  log_.forget_joins();
  presence_.clear();
  kind_ = kinds_(rule_);
  life_ = birth.number;
  if (faults_ && faults_->reuse_epoch) {
    birth.text = history_.epoch_text();
    history_ = roost::actors::history(rule_.history);
  }
  history_.begin_epoch(birth.number, std::move(birth.text));
  auto told = answer_to({});
  told.what = event::kind::crashed;
  told.why = errc::channel_crash;
  out.push_back(cluster::share(std::move(told)));
  auto answer = answer_to(what);
  answer.what = event::kind::refused;
  answer.why = errc::join_crashed;
  log_.answered(what.from, {what.number, answer.what, answer.why, {}});
  out.push_back(cluster::share(std::move(answer)));
}

void room::use(const room_rule& rule, time_point now) {
  rule_ = rule;
  history_.use(rule_.history, now);
  presence_.use(rule_.presence);
  receipts_.use(rule_.receipts);
  if (done_before_) done_before_->use(rule_.idempotency_bytes_max);
}

}  // namespace roost::actors
