// What a member concludes from an event: of a room's order, ephemeral, or of other members.
#include <algorithm>

#include "tests/sim/member_view.hpp"

namespace roost::sim {

using kind = request::kind;

nlohmann::json ephemeral_payload(const push_id& who) {
  return {{"c", who.client},
          {"l", who.connection},
          {"e", who.number},
          {"text", std::string(who.number % 50, 'e')}};
}

void member_view::event(const heard& what) {
  if (what.event == "presence_state") return presence_.state(what.payload);
  if (what.event == "presence_diff") return presence_.diff(what.payload);
  if (what.event.starts_with("presence_")) return;
  if (what.event.starts_with("read_receipt")) return receipt(what);
  const auto& names = rule_.ephemeral;
  if (std::find(names.begin(), names.end(), what.event) != names.end()) return ephemeral(what);
  if (!what.where) return broke(promise::well_formed, what.event + " has no position");
  ordered(what,
          {what.payload.at("c"), what.payload.at("s"), what.payload.value("l", std::uint64_t{0})});
}

void member_view::receipt(const heard& what) {
  const bool is_ahead =
      what.event == "read_receipts" ? receipts_.whole(what.payload) : receipts_.moved(what.payload);
  if (!is_ahead) broke(promise::receipts, "a mark went back: " + what.payload.dump());
  for (const auto& [user, at] : receipts_.all()) {
    if (truth_.is_marked(at)) continue;
    broke(promise::receipts, user + " never marked " + at.epoch + ":" + std::to_string(at.at));
  }
}

/// At most once each where the bus doubles nothing; those of one connection in their order where it
/// loses and reorders nothing.
void member_view::ephemeral(const heard& what) {
  if (what.where) return broke(promise::well_formed, "an ephemeral event has a position");
  const push_id who{what.payload.at("c"), what.payload.at("e"), what.payload.at("l")};
  if (what.payload != ephemeral_payload(who) || !truth_.was_said(who)) {
    return broke(promise::said, what.event + " was not said so: " + what.payload.dump());
  }
  auto& last = last_ephemeral_[{who.client, who.connection}];
  const bool is_overtaken = who.number < last && is_held_;
  if (is_overtaken || (who.number == last && !may_double_)) {
    broke(promise::said, what.payload.dump() + " comes after " + std::to_string(last));
  }
  last = std::max(last, who.number);
}

void member_view::ordered(const heard& what, const push_id& who) {
  truth_.seen(*what.where, what.event + " " + what.payload.dump(), who);
  check_place(what, who);
  const auto at = what.where->at;
  live_->next = at + 1;
  live_->head_known = std::max(live_->head_known, at);
  live_->own_unseen.erase(at);
  where_ = what.where;
}

void member_view::check_place(const heard& what, const push_id& who) {
  auto& me = *live_;
  const auto at = what.where->at;
  const auto text = what.where->epoch + ":" + std::to_string(at);
  if (at < me.next) {
    return broke(promise::order, text + " where " + std::to_string(me.next) + " comes next");
  }
  for (auto missing = me.next; missing < at; ++missing) {
    // Without echo its own live events are not sent to it.
    if (rule_.echo || missing <= me.joined_at || !me.own.contains(missing)) {
      broke(promise::no_gap, text + " where " + std::to_string(missing) + " comes next");
    }
  }
  if (me.epochs.empty() || me.epochs.back() != what.where->epoch) {
    if (std::find(me.epochs.begin(), me.epochs.end(), what.where->epoch) != me.epochs.end()) {
      broke(promise::order, "epoch " + what.where->epoch + " comes back");
    }
    me.epochs.push_back(what.where->epoch);
  }
  auto& last = me.last_numbers[{who.client, who.connection}];
  if (who.number <= last && !truth_.is_repeated(who)) {
    broke(promise::push_order, "push " + std::to_string(who.number) + " of client " +
                                   std::to_string(who.client) + " after " + std::to_string(last));
  }
  last = std::max(last, who.number);
  if (who.client != client_) return;
  const bool is_own = who.connection == connection_;
  if (!rule_.echo && is_own && at > me.joined_at)
    broke(promise::no_gap, "its own event without echo");
  for (const auto& [reference, asked] : pending_) {
    if (asked.what == kind::push && asked.number == who.number && !asked.is_repeat) {
      broke(promise::reply_first, "its event " + text + " came before its reply " + reference);
    }
  }
}

}  // namespace roost::sim
