#include "actors/room/room.hpp"

#include <utility>

namespace roost::actors {

using cluster::command;
using cluster::event;

room::room(topic where, const room_rule& rule, kind_factory kinds, std::string epoch_text)
    : where_(std::move(where)),
      rule_(rule),
      kinds_(std::move(kinds)),
      kind_(kinds_(rule_)),
      epoch_text_(std::move(epoch_text)) {}

void room::apply(const command& what, std::vector<event>& out) {
  event answer;
  answer.where = where_;
  answer.origin = what.from;
  answer.number = what.number;
  answer.member = what.member;
  switch (what.what) {
    case command::kind::join:
      join(what, answer);
      break;
    case command::kind::push:
      push(what, answer);
      break;
    case command::kind::leave:
      if (members_.erase(what.member.value) > 0) kind_->left(what.member);
      answer.what = event::kind::left;
      break;
  }
  out.push_back(std::move(answer));
}

void room::join(const command& what, event& answer) {
  const bool is_in = members_.contains(what.member.value);
  if (!is_in && rule_.members_max != 0 && members_.size() >= rule_.members_max) {
    answer.what = event::kind::refused;
    answer.why = errc::room_full;
    return;
  }
  if (auto allowed = kind_->joined(what.member); !allowed) {
    // A second join that is refused ends the first: its channel was closed for it.
    members_.erase(what.member.value);
    answer.what = event::kind::refused;
    answer.why = allowed.failure().code;
    return;
  }
  members_.insert(what.member.value);
  answer.what = event::kind::joined;
  answer.epoch_text = epoch_text_;
  answer.at = head_;
}

void room::push(const command& what, event& answer) {
  answer.what = event::kind::refused;
  answer.why = errc::unmatched_topic;
  if (!members_.contains(what.member.value)) return;
  auto becomes = kind_->pushed({what.member, what.event, what.payload});
  if (!becomes) {
    answer.why = becomes.failure().code;
    return;
  }
  answer.what = event::kind::ordered;
  answer.why = errc::none;
  answer.epoch_text = epoch_text_;
  answer.at = head_ = offset{head_.value + 1};
  answer.skips_origin = !rule_.echo;
  answer.name = std::move(becomes->event);
  answer.payload = std::move(becomes->payload);
}

void room::crashed(std::string epoch_text, std::vector<event>& out) {
  members_.clear();
  kind_ = kinds_(rule_);
  epoch_text_ = std::move(epoch_text);
  head_ = offset{};
  event told;
  told.where = where_;
  told.what = event::kind::crashed;
  told.why = errc::channel_crash;
  out.push_back(std::move(told));
}

}  // namespace roost::actors
