// How an edge takes the owner's events: order, gaps, lost answers, crashes.
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "actors/room/body_of.hpp"
#include "actors/room/held_bytes.hpp"
#include "actors/room/payload_field.hpp"
#include "actors/room/room_edge.hpp"

namespace roost::actors {

using cluster::command;

namespace {

constexpr std::string_view crash_payload = R"({"reason":"channel_crash"})";

net::message_class class_of(const cluster::event& what) {
  if (what.what == cluster::event::kind::ephemeral) return net::message_class::out_ephemeral;
  if (what.what == cluster::event::kind::ordered) return net::message_class::out_broadcast;
  return what.name.starts_with("read_receipt") ? net::message_class::out_receipt
                                               : net::message_class::out_presence;
}

bool is_earlier(const cluster::event_ptr& what, offset at) { return what->at < at; }

}  // namespace

void room_edge::event(const cluster::event_ptr& what, edge_effects& out) {
  using kind = cluster::event::kind;
  if (what->what == kind::ephemeral) {
    out.casts.push_back(make_cast(*what));
    return;
  }
  // The answer may come from a node without the room, which has no incarnation to compare.
  if (what->what == kind::seen) return take_seen(what, out);
  if (!enter_life(*what, out)) return;
  switch (what->what) {
    case kind::ordered:
      take_ordered(what, out);
      break;
    case kind::notice:
    case kind::resync:
      take_notice(*what, out);
      break;
    case kind::head:
      if (is_known_ && what->at > ring_.head()) ask_missing(out);
      look_for_lost_notices(*what, out);
      break;
    case kind::joined:
      take_joined(*what, out);
      break;
    case kind::page:
      if (is_mine(*what)) take_page(*what, out);
      break;
    case kind::crashed:
    case kind::ephemeral:
    case kind::seen:
      break;
    case kind::left:
    case kind::done:
    case kind::repeated:
    case kind::refused:
      if (is_mine(*what)) owner_answered(*what, out);
      break;
  }
  if (!ahead_.empty()) pass_held(out);
  trim_ring();
}

/// A newer incarnation of the room ends every channel of the previous one. False: `what` is from
/// an older incarnation and must be ignored.
bool room_edge::enter_life(const cluster::event& what, edge_effects& out) {
  using kind = cluster::event::kind;
  // The owner's node answered without a room, which has no incarnation (room_table::refuse).
  if (what.life == epoch{} && (what.what == kind::refused || what.what == kind::left)) return true;
  if (what.life < life_) return false;
  if (life_ != epoch{} && what.life > life_) crash(out);
  life_ = what.life;
  return true;
}

void room_edge::take_ordered(const cluster::event_ptr& what, edge_effects& out) {
  // Nothing to broadcast, but it may answer a push: its member may have left since, or the owner
  // may repeat an event whose answer was lost.
  if (!is_known_ || what->at <= ring_.head()) {
    if (is_mine(*what)) owner_answered(*what, out);
    return;
  }
  if (what->at.value != ring_.head().value + 1) {
    hold(what);
    return ask_missing(out);
  }
  if (owes_answer_before(*what)) {
    hold(what);
    return ask_again(out);
  }
  pass(what, out);
}

/// Passes on the held events that are next in order and owe no earlier answer.
void room_edge::pass_held(edge_effects& out) {
  while (!ahead_.empty() && ahead_.front()->at.value <= ring_.head().value + 1) {
    const auto next = ahead_.front();
    const bool is_next = next->at > ring_.head();
    if (is_next && owes_answer_before(*next)) return;
    ahead_.erase(ahead_.begin());
    ahead_bytes_ -= actors::held_bytes(*next);
    if (is_next) pass(next, out);
  }
  if (!ahead_.empty()) return ask_missing(out);
  if (asked_after_ && *asked_after_ < ring_.head()) asked_after_.reset();
}

/// Whether an earlier answer to this edge was lost. Replies keep the order of the requests, so
/// this event, which is an answer itself, must be held until that answer was resent.
bool room_edge::owes_answer_before(const cluster::event& what) const {
  const auto first = queue_.front_number();
  return is_mine(what) && first != 0 && first < what.number;
}

void room_edge::hold(const cluster::event_ptr& what) {
  const auto at = std::lower_bound(ahead_.begin(), ahead_.end(), what->at, is_earlier);
  if (at != ahead_.end() && (*at)->at == what->at) return;
  const auto bytes = actors::held_bytes(*what);
  // An event over the bound is dropped and fetched from the owner later.
  if (ahead_.size() >= ahead_max || ahead_bytes_ + bytes > ahead_bytes_max) return;
  ahead_bytes_ += bytes;
  ahead_.insert(at, what);
}

void room_edge::ask_missing(edge_effects& out) {
  if (asked_after_ == ring_.head()) return;
  asked_after_ = ring_.head();
  ++out.gaps;
  out.commands.push_back(queue_.question(command::kind::fetch, ring_.head()));
}

/// Resends at most once for the same first unanswered command between two ticks: each repeated
/// event would otherwise cause one more resend.
void room_edge::ask_again(edge_effects& out) {
  const auto front = queue_.front_number();
  if (front == asked_again_for_) return;
  asked_again_for_ = front;
  out.resent += queue_.again(out.commands);
}

/// Answers a join only when the edge has seen all events before it, so that the reply and the
/// broadcasts keep their order.
void room_edge::take_joined(const cluster::event& what, edge_effects& out) {
  if (!is_mine(what)) return;
  const auto first = queue_.front_number();
  // Already answered, perhaps refused by the owner's node: this owner must drop the member again.
  const bool is_over = first == 0 || first > what.number;
  if (is_over && !channels_.contains(what.member.value)) return tell_gone(what.member, out);
  if (!is_known_) {
    // The answer to an earlier join was lost: starting here would skip the events in between.
    if (what.number != queue_.front_number()) return;
    is_known_ = true;
    ring_.restart(what.joined_at);
    notices_ = what.notices;
  }
  look_for_lost_notices(what, out);
  if (what.joined_at <= ring_.head()) owner_answered(what, out);  // else the join is resent
  if (what.at > ring_.head() && ahead_.empty()) ask_missing(out);
}

void room_edge::take_page(const cluster::event& what, edge_effects& out) {
  if (what.member != connection_id{}) return take_missed(what, out);
  if (!is_known_) return;
  take_told(what, out);
  asked_after_.reset();
  const bool is_gone = what.events.empty() ? what.at > ring_.head()
                                           : what.events.front()->at.value > ring_.head().value + 1;
  if (is_gone) return lost_events(out);
  for (const auto& each : what.events) take_ordered(each, out);
  if (what.at > ring_.head() && ahead_.empty()) ask_missing(out);
}

void room_edge::pass(const cluster::event_ptr& what, edge_effects& out) {
  if (is_mine(*what)) owner_answered(*what, out);
  if (is_for_somebody(*what)) out.casts.push_back(make_cast(*what));
  if (needs_ring()) {
    ring_.push(what);
  } else {
    ring_.skip(what->at);
  }
}

/// Whether any member here gets this event. Rooms with one member and echo off are common; this
/// avoids encoding events that only their sender would get.
bool room_edge::is_for_somebody(const cluster::event& what) const {
  if (attached_ > 1 || !what.skips_origin || !is_mine(what)) return attached_ > 0;
  const auto it = channels_.find(what.member.value);
  return attached_ == 1 && (it == channels_.end() || !it->second.is_attached);
}

cast room_edge::make_cast(const cluster::event& what) const {
  cast out;
  const bool is_ephemeral = what.what == cluster::event::kind::ephemeral;
  out.is_ordered = what.what == cluster::event::kind::ordered;
  out.is = class_of(what);
  out.is_resync = what.what == cluster::event::kind::resync;
  if (out.is_resync) return out;
  const net::position where{what.epoch_text, what.at};
  std::string key;
  if (is_ephemeral && !plan_->rule.conflate_field.empty() && !what.payload.is_binary) {
    key = payload_field(what.payload.data.view(), plan_->rule.conflate_field).value_or("");
  }
  for (std::size_t i = 0; i < attached_by_format_.size(); ++i) {
    if (attached_by_format_[i] == 0) continue;
    const auto format = net::wire_format::at(i);
    out.frames[i] =
        is_ephemeral
            ? net::encode_ephemeral(format, {where_.name}, what.name, view_of(what.payload), key)
            : net::encode_broadcast(format, {where_.name}, what.name, view_of(what.payload),
                                    out.is_ordered ? &where : nullptr);
  }
  if (what.skips_origin && is_mine(what)) out.except = what.member;
  return out;
}

/// The owner no longer has the missing events. All channels fail, so that no member skips events in
/// silence, and a leave is sent for each, because the owner still counts them as members.
void room_edge::lost_events(edge_effects& out) {
  std::vector<connection_id> ended;
  for (const auto& [member, now] : channels_) {
    if (now.is_attached) ended.emplace_back(member);
  }
  out.catch_ups_lost += static_cast<std::uint32_t>(ended.size());
  crash(out);
  for (auto member : ended) tell_gone(member, out);
}

void room_edge::crash(edge_effects& out) {
  // A channel whose join has no answer yet stays: that answer decides about it.
  boost::unordered_flat_set<std::uint64_t> joining;
  queue_.each([&](edge_entry& each) {
    const auto* const by = channel_of(each.asked.from, each.asked.serial);
    if (!by) return;
    if (each.asked.what == edge_request::kind::join) joining.insert(each.asked.from.value);
    const bool leaves = is_leave(each.asked.what);
    if (leaves && by->is_attached) each.closes_old = false;  // phx_error ends it now
  });
  for (auto& [member, now] : channels_) {
    if (now.is_attached) fail(now, connection_id{member}, out);
  }
  boost::unordered::erase_if(
      channels_, [&joining](const auto& each) { return !joining.contains(each.first); });
  is_known_ = false;
  ring_.restart({});
  ahead_.clear();
  ahead_bytes_ = 0;
  asked_after_.reset();
  asked_told_ = false;
}

void room_edge::fail(channel& what, connection_id member, edge_effects& out) {
  direct last;
  last.to = member;
  last.serial = what.serial;
  last.format = what.format;
  last.action = direct::then::end;
  last.first_is = net::message_class::out_close;
  last.first = net::encode_push(what.format, what.end_ref(), what.end_ref(), {where_.name},
                                "phx_error", {crash_payload});
  out.directs.push_back(std::move(last));
  detach(what, member);
}

void room_edge::tick(edge_effects& out) {
  const auto front = queue_.front_number();
  asked_again_for_ = 0;
  if (front != 0 && front == front_at_tick_) ask_again(out);
  look_again(out);
  front_at_tick_ = front;
  if (asked_after_) {
    asked_after_.reset();
    ask_missing(out);
  }
  if (std::exchange(asked_told_, false)) {
    cluster::event behind;
    behind.notices = notices_ + 1;
    look_for_lost_notices(behind, out);
  }
  for (auto& [member, each] : catching_) {
    if (std::exchange(each.is_late, true)) ask_missed(connection_id{member}, each, out);
  }
}

}  // namespace roost::actors
