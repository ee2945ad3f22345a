#include "actors/room/room.hpp"

#include <algorithm>
#include <utility>

#include "actors/room/member_name.hpp"

namespace roost::actors {

using cluster::event;
using cluster::event_ptr;

namespace {

/// Copies the payload if it keeps a much larger message buffer alive.
void let_go_of_the_rest(slice& part) {
  constexpr std::size_t waste_max = 128;
  if (!part.whole || part.whole->size() <= part.size + waste_max) return;
  part = slice::of(bytes_ptr::copy(part.view()));
}

}  // namespace

room::room(topic where, const room_rule& rule, kind_factory kinds, std::uint64_t node,
           epoch_birth birth, const planted_faults* faults, bool may_repeat)
    : where_(std::move(where)),
      rule_(rule),
      kinds_(std::move(kinds)),
      faults_(faults),
      kind_(kinds_(rule_)),
      life_(birth.number),
      history_(rule_.history),
      log_(may_repeat),
      presence_(rule_.presence, node),
      receipts_(rule_.receipts) {
  history_.begin_epoch(birth.number, std::move(birth.text));
}

event room::answer_to(const command& what) const {
  event out;
  out.where = where_;
  out.origin = what.from;
  out.number = what.number;
  out.member = what.member;
  out.life = life_;
  out.in = history_.current();
  out.epoch_text = history_.epoch_text();
  out.at = history_.head();
  out.notices = notices_;
  return out;
}

void room::apply(const command& what, time_point now, std::vector<event_ptr>& out) {
  if (what.what == command::kind::fetch) return fetch(what, out);
  if (what.what == command::kind::look) return look(what, now, out);
  switch (log_.take(what, now)) {
    case command_log::verdict::fresh:
      return fresh(what, now, out);
    case command_log::verdict::repeated:
      if (faults_ && faults_->apply_repeats) return fresh(what, now, out);
      return again(what, out);
    case command_log::verdict::early:
      return;
  }
}

void room::fresh(const command& what, time_point now, std::vector<event_ptr>& out) {
  auto answer = answer_to(what);
  answer.what = event::kind::done;
  switch (what.what) {
    case command::kind::join:
      join(what, now, answer);
      break;
    case command::kind::push:
    case command::kind::publish:
      push(what, now, out, answer);
      break;
    case command::kind::leave:
      leave(what, now);
      answer.what = event::kind::left;
      break;
    case command::kind::describe:
      describe(what, now, answer);
      break;
    case command::kind::mark_read:
      mark_read(what, now, answer);
      break;
    case command::kind::fetch:
    case command::kind::look:
      break;
  }
  log_.answered(what.from, {what.number, answer.what, answer.why, {answer.epoch_text, answer.at}});
  auto shared = cluster::share(std::move(answer));
  if (shared->what == event::kind::ordered) history_.append(shared, now);
  out.push_back(std::move(shared));
}

/// Answers a duplicate command, whose first answer may be lost; changes nothing.
void room::again(const command& what, std::vector<event_ptr>& out) {
  const auto* before = log_.answer_to(what.from, what.number);
  if (!before) return;  // the edge has acknowledged the answer: a late duplicate
  if (before->what == event::kind::ordered) {
    // The edge would drop an event of an earlier incarnation; such a push is answered "repeated".
    auto held = history_.find(before->at.at);
    if (held && held->number == what.number && held->life == life_) {
      out.push_back(std::move(held));
      return;
    }
  }
  auto answer = answer_to(what);
  answer.what = before->what;
  answer.why = before->why;
  if (before->what == event::kind::joined) {
    // The position of the join, not the current head: the member's later pushes come after it.
    answer.epoch_text = before->at.epoch_text;
    answer.joined_at = before->at.at;
    welcome(what, answer);
  } else if (before->what == event::kind::ordered || before->what == event::kind::repeated) {
    answer.what = event::kind::repeated;
    answer.epoch_text = before->at.epoch_text;
    answer.at = before->at.at;
  }
  out.push_back(cluster::share(std::move(answer)));
}

void room::join(const command& what, time_point now, event& answer) {
  const cluster::member_id who{what.from.node, what.member};
  const bool is_in = members_.contains(who);
  answer.what = event::kind::refused;
  if (is_closed_) {
    answer.why = errc::unavailable;
    return;
  }
  if (!is_in && rule_.members_max != 0 && members_.size() >= rule_.members_max) {
    answer.why = errc::room_full;
    return;
  }
  if (!has_space_for(what)) {
    leave(what, now);
    answer.why = errc::unavailable;
    return;
  }
  if (auto allowed = kind_->joined(what.member); !allowed) {
    // The edge has already ended the earlier channel of this connection, so its membership ends.
    leave(what, now);
    answer.why = allowed.failure().code;
    return;
  }
  members_.insert(who);
  presence_.join(who, name_of_sender(what), what.payload.data.view(), now);
  answer.what = event::kind::joined;
  answer.joined_at = answer.at;
  history_.trim(now);
  welcome(what, answer);
}

/// Adds the missed events and the side state to the answer to a join.
void room::welcome(const command& what, event& answer) {
  const auto joined = answer.joined_at;
  auto since = joined;
  // For a repeated join the head may have passed the requested position since: the first answer
  // said "not recovered", so this one must say the same.
  const bool resumes =
      what.from_place && what.from_place->at <= joined && history_.recovers(*what.from_place);
  if (resumes) {
    since = what.from_place->at;
  } else if (what.history) {
    const auto first = std::min(history_.first_held().value, joined.value + 1);
    since.value -= std::min<std::uint64_t>(*what.history, joined.value + 1 - first);
  }
  if (what.from_place || what.history) answer.recovered = resumes || !what.from_place;
  answer.missed = static_cast<std::uint32_t>(joined.value - since.value);
  if (answer.missed > 0) answer.events = history_.after(since, page_bytes_max);
  // Events after the join are not missed: the edge gets them as live events.
  std::erase_if(answer.events, [joined](const event_ptr& each) { return each->at > joined; });
  if (faults_ && faults_->off_by_one_at_p && !answer.events.empty()) {
    answer.events.erase(answer.events.begin());
  }
  tell_in_one(answer, joiner_bytes_max);
}

void room::leave(const command& what, time_point now) {
  const cluster::member_id who{what.from.node, what.member};
  if (members_.erase(who) == 0) return;
  if (members_.empty()) members_ = decltype(members_)();  // frees the table's capacity
  if (!faults_ || !faults_->keep_gone_present) presence_.leave(who, now);
  kind_->left(what.member);
}

void room::push(const command& what, time_point now, std::vector<event_ptr>& out, event& answer) {
  answer.what = event::kind::refused;
  const bool is_owner = what.what == command::kind::publish;
  answer.why = is_owner ? errc::unavailable : errc::unmatched_topic;
  if (is_owner ? is_closed_ : !members_.contains({what.from.node, what.member})) return;
  const bool counts_once = !what.once.empty() && !(faults_ && faults_->forget_values);
  const idempotency::scope whose{what.user, is_owner};
  if (counts_once) {
    if (!done_before_) done_before_ = std::make_unique<idempotency>(rule_.idempotency_bytes_max);
    done_before_->trim(now, history_.first_held());
    if (const auto* first = done_before_->find(whose, what.once)) {
      answer.what = event::kind::repeated;
      answer.why = errc::none;
      answer.epoch_text = first->epoch_text;
      answer.at = first->at;
      return;
    }
  }
  if (faults_ && faults_->answer_before_apply) {
    auto early = answer;
    early.what = event::kind::repeated;
    early.at.value += 1;
    out.push_back(cluster::share(std::move(early)));
  }
  auto becomes = kind_->pushed({what.member, what.event, what.payload});
  if (!becomes) {
    answer.why = becomes.failure().code;
    return;
  }
  answer.what = event::kind::ordered;
  answer.why = errc::none;
  answer.at = offset{history_.head().value + 1};
  answer.skips_origin = !rule_.echo;
  answer.name = std::move(becomes->event);
  answer.payload = std::move(becomes->payload);
  let_go_of_the_rest(answer.payload.data);
  if (counts_once) {
    done_before_->remember(whose, what.once, {answer.epoch_text, answer.at}, now);
  }
}

void room::describe(const command& what, time_point now, event& answer) {
  if (!has_space_for(what)) {
    answer.what = event::kind::refused;
    answer.why = errc::unavailable;
    return;
  }
  if (presence_.update({what.from.node, what.member}, what.payload.data.view(), now)) return;
  if (members_.contains({what.from.node, what.member})) return;  // presence is off
  answer.what = event::kind::refused;
  answer.why = errc::unmatched_topic;
}

void room::mark_read(const command& what, time_point now, event& answer) {
  answer.what = event::kind::refused;
  answer.why = errc::unmatched_topic;
  if (!members_.contains({what.from.node, what.member})) return;
  answer.why = errc::invalid_payload;
  if (!what.from_place || !history_.has_happened(*what.from_place)) return;
  answer.what = event::kind::done;
  answer.why = errc::none;
  if (!receipts_.mark(name_of_sender(what), *what.from_place)) return;
  if (!receipts_due_) receipts_due_ = now + milliseconds(rule_.receipts.window_ms);
}

void room::tick(time_point now, std::vector<event_ptr>& out) {
  history_.trim(now);
  if (done_before_) done_before_->trim(now, history_.first_held());
  notices(presence_.flush(now), out);
  if (!receipts_due_ || *receipts_due_ > now) return;
  receipts_due_.reset();
  std::vector<notice> moved;
  for (auto& each : receipts_.take_changes()) moved.emplace_back("read_receipt", std::move(each));
  notices(std::move(moved), out);
}

std::optional<time_point> room::next_due() const {
  // Expiry may be up to a second late, so that one tick expires many events.
  auto aged = history_.next_due();
  constexpr milliseconds slack{1'000};
  if (aged) *aged += slack;
  auto values = done_before_ ? done_before_->next_due(history_.first_held()) : std::nullopt;
  if (values) *values += slack;
  auto out = presence_.next_due();
  for (const auto& each : {receipts_due_, aged, values}) {
    if (each && (!out || *each < *out)) out = each;
  }
  return out;
}

}  // namespace roost::actors
