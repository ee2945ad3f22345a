#include "tests/sim/member_view.hpp"

#include <algorithm>
#include <utility>

namespace roost::sim {

using kind = request::kind;

member_view::member_view(int client, std::string topic, const room_rule& rule,
                         const virtual_time& time, room_truth& truth, findings& found, bool is_held,
                         bool may_double)
    : client_(client),
      topic_(std::move(topic)),
      rule_(rule),
      time_(time),
      truth_(truth),
      found_(found),
      is_held_(is_held),
      may_double_(may_double) {}

void member_view::broke(std::string_view invariant, const std::string& what) const {
  found_.broke(invariant, "client " + std::to_string(client_) + " on " + topic_ + " at " +
                              std::to_string(time_.since_start().count()) + " ms: " + what);
}

void member_view::asked(const std::string& reference, request what) {
  if (what.what == kind::join) {
    what.channel = reference;
    joining_ = reference;
    is_leaving_ = false;
  } else {
    what.channel = join_ref();
  }
  if (what.what == kind::leave) is_leaving_ = true;
  what.at = time_.now();
  if (!what.is_repeat) what.connection = connection_;
  pending_.emplace(reference, std::move(what));
}

void member_view::link_lost() {
  remember_where();
  pending_.clear();
  excused_.clear();
  joining_.clear();
  replaced_.clear();
  failed_.clear();
  live_.reset();
  is_leaving_ = is_doubtful_ = false;
}

void member_view::got(const heard& what) {
  if (what.event == "phx_reply") return reply(what);
  if (what.event == "phx_close" || what.event == "phx_error") return closed(what);
  if (is_doubtful_) return;
  if (!live_) {
    return broke(promise::within_channel, what.event + " " + what.payload.dump());
  }
  if (!what.join_ref.empty() && what.join_ref != live_->join_ref) {
    return broke(promise::within_channel, what.event + " for join_ref " + what.join_ref);
  }
  event(what);
}

/// What comes after the last event that it got happened after it had asked to come in, unless it
/// was still being given what it missed.
void member_view::remember_where() {
  if (!live_) return;
  next_born_after_.reset();
  if (where_ && where_->at >= live_->joined_at) next_born_after_ = live_->asked_at;
}

void member_view::end_channel(const std::string& join_ref) {
  for (auto it = pending_.begin(); it != pending_.end();) {
    if (it->second.channel != join_ref) {
      ++it;
      continue;
    }
    excused_.insert(*it);
    it = pending_.erase(it);
  }
}

void member_view::reply(const heard& what) {
  if (const auto late = excused_.find(what.reference); late != excused_.end()) {
    const auto asked = late->second;
    excused_.erase(late);
    return answered_late(asked, what);
  }
  const auto found = pending_.find(what.reference);
  if (found == pending_.end()) {
    return broke(promise::answered_once, "ref " + what.reference + " is answered again");
  }
  const auto asked = found->second;
  pending_.erase(found);
  const bool is_ok = what.payload.at("status") == "ok";
  switch (asked.what) {
    case kind::join:
      return join_answered(asked, what);
    case kind::push:
    case kind::boom:
      return push_answered(asked, what);
    case kind::describe:
      if (is_ok && live_ && live_->join_ref == asked.channel) live_->meta_version = asked.number;
      return;
    default:
      return;
  }
}

/// A channel that failed has its last answers still on the way; one that was left has none.
void member_view::answered_late(const request& asked, const heard& what) {
  const bool is_push = asked.what == kind::push || asked.what == kind::boom;
  if (!is_push) return;
  if (what.payload.at("status") != "ok") return push_refused(asked, what);
  if (asked.channel != failed_) {
    return broke(promise::within_channel, "ref " + what.reference + " is answered ok after close");
  }
  const auto& said = what.payload.at("response");
  settled_.insert(asked.number);
  truth_.acknowledged({said.at("epoch"), said.at("offset")},
                      {client_, asked.number, asked.connection});
}

void member_view::push_refused(const request& asked, const heard& what) {
  // What was said before may have happened then.
  if (asked.is_repeat) return;
  if (what.payload.at("response").value("reason", "") == "unknown outcome") return;
  settled_.insert(asked.number);
  truth_.refused({client_, asked.number, asked.connection});
}

void member_view::join_answered(const request& asked, const heard& what) {
  if (joining_ == asked.channel) joining_.clear();
  if (what.payload.at("status") == "ok") return came_in(asked, what);
  end_channel(asked.channel);
  // It was in until the room failed, and the answer was lost: what it pushed then may have counted.
  if (what.payload.at("response").at("reason") == "join crashed") failed_ = asked.channel;
  if (!live_) return;
  end_channel(live_->join_ref);
  replaced_ = live_->join_ref;
  live_.reset();
  is_doubtful_ = true;
}

void member_view::came_in(const request& asked, const heard& what) {
  const auto& said = what.payload.at("response");
  const position head{said.at("epoch"), said.at("offset")};
  const auto missed = said.value("missed", std::uint64_t{0});
  check_resume(asked, what, missed);
  if (live_) {
    end_channel(live_->join_ref);
    replaced_ = live_->join_ref;
  }
  is_doubtful_ = false;
  live_.emplace();
  live_->join_ref = asked.channel;
  live_->next = head.at + 1 - missed;
  live_->joined_at = live_->head_known = head.at;
  live_->meta_version = asked.number;
  if (missed == 0) {
    where_ = head;
  } else if (!asked.resume || !said.value("recovered", false)) {
    where_.reset();
  }
  live_->asked_at = asked.at;
  presence_.joined();
  receipts_.joined();
  last_ephemeral_.clear();
}

void member_view::check_resume(const request& asked, const heard& what, std::uint64_t missed) {
  const auto& said = what.payload.at("response");
  if (!asked.resume && !asked.history) return;
  const std::uint64_t head = said.at("offset");
  if (!said.contains("recovered")) return broke(promise::resume, "the join's reply does not say");
  const bool is_recovered = said.at("recovered");
  if (asked.resume && is_recovered) {
    ++resumes_recovered_;
    if (head - missed != asked.resume->at) {
      broke(promise::resume,
            "recovered from " + std::to_string(asked.resume->at) + ": " + said.dump());
    }
    return;
  }
  if (missed > asked.history.value_or(0)) broke(promise::resume, "too much: " + said.dump());
  if (!asked.resume) return;
  // An epoch is forgotten with its last event, so it is certain only for the present one.
  const auto& epoch = said.at("epoch").get_ref<const std::string&>();
  const bool is_near = asked.resume->epoch == epoch && head >= asked.resume->at &&
                       head - asked.resume->at <= rule_.history.events_max;
  const auto age_ms = std::min(30'000U, rule_.history.age_ms_max);
  if (is_held_ && is_near && next_born_after_ &&
      time_.now() - *next_born_after_ < milliseconds(age_ms)) {
    broke(promise::resume, "from " + asked.resume->epoch + ":" + std::to_string(asked.resume->at) +
                               " is held and not recovered: " + said.dump());
  }
}

void member_view::push_answered(const request& asked, const heard& what) {
  const push_id who{client_, asked.number, asked.connection};
  const auto& said = what.payload.at("response");
  if (what.payload.at("status") != "ok") return push_refused(asked, what);
  if (asked.what == kind::boom) {
    return broke(promise::true_answer, "a push that broke its room is acknowledged");
  }
  if (!live_ || live_->join_ref != asked.channel) {
    return broke(promise::within_channel, "ref " + what.reference + " is answered without one");
  }
  const position at{said.at("epoch"), said.at("offset")};
  truth_.acknowledged(at, who);
  settled_.insert(asked.number);
  live_->head_known = std::max(live_->head_known, at.at);
  live_->own.insert(at.at);
  if (asked.is_repeat) return;
  if (at.at <= live_->last_ack || at.at <= live_->joined_at) {
    broke(promise::push_order, "acknowledged at " + std::to_string(at.at) + " after " +
                                   std::to_string(std::max(live_->last_ack, live_->joined_at)));
  }
  live_->last_ack = at.at;
  if (rule_.echo) live_->own_unseen.insert(at.at);
}

void member_view::closed(const heard& what) {
  if (!replaced_.empty() && what.join_ref == replaced_) {
    replaced_.clear();
    return;
  }
  if (!live_ || what.join_ref != live_->join_ref) {
    return broke(promise::within_channel, what.event + " of " + what.join_ref);
  }
  remember_where();
  if (what.event == "phx_error") failed_ = live_->join_ref;
  end_channel(live_->join_ref);
  live_.reset();
  is_leaving_ = false;
}

bool member_view::has_all_up_to(std::uint64_t at) const {
  for (auto offset = live_->next; offset <= at; ++offset) {
    if (rule_.echo || !live_->own.contains(offset)) return false;
  }
  return true;
}

void member_view::check_quiet() const {
  for (const auto& [reference, asked] : pending_) {
    broke(promise::answered,
          "ref " + reference + " (" + std::to_string(static_cast<int>(asked.what)) + ") is not");
  }
  if (live_ && !live_->own_unseen.empty()) {
    broke(promise::true_answer, "its push was acknowledged at " +
                                    std::to_string(*live_->own_unseen.begin()) + " and never came");
  }
  if (live_ && rule_.presence.mode == "full" && !presence_.has_state()) {
    broke(promise::presence, "no presence_state came");
  }
}

}  // namespace roost::sim
