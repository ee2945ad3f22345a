// SPDX-License-Identifier: Apache-2.0
// How an edge takes the owner's events: order, gaps, lost answers, crashes.
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/messages/held_bytes.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

namespace {

bool is_earlier(const cluster::event_ptr& event, offset at) { return event->at < at; }

}  // namespace

void room_edge::event(const cluster::event_ptr& event, edge_effects& out) {
  const auto* attached = std::get_if<events::attached>(&event->body);
  if (attached && !attached->is_complete) {
    if (is_mine(attached->command)) note_progress();
    return;
  }
  const auto take_in_epoch = [&](const auto& of_epoch) {
    if (!enter_epoch(*event, out)) return;
    take(event, of_epoch, out);
    if (!held_events_.empty()) deliver_held(out);
    trim_recent();
  };
  std::visit(overloaded{
                 [&](const events::ephemeral& ephemeral) {
                   out.broadcasts.push_back(make_broadcast(ephemeral));
                 },
                 [&](const events::snapshot& snapshot) {
                   answer_query(snapshot.command, errc::none, event, out);
                 },
                 [&](const events::not_found& answer) {
                   answer_query(answer.command, errc::not_found, nullptr, out);
                 },
                 [&](const events::refused& refused) {
                   if (!api_queries::is_query(refused.command)) return take_in_epoch(refused);
                   answer_query(refused.command, refused.why, nullptr, out);
                 },
                 take_in_epoch,
             },
             event->body);
}

/// A room that crashed, or began anew under the same owner, ends every channel of its earlier
/// epoch. Under a new owner the channels go on. False: the event is of an older epoch and must be
/// ignored.
bool room_edge::enter_epoch(const cluster::event& event, edge_effects& out) {
  const auto next = event.epoch_number;
  const auto ownership = pending_.ownership();
  const bool is_old = next.ownership < ownership || next < epoch_;
  if (is_old && faults_ && faults_->take_old_epochs) return true;
  if (next.ownership < ownership) return false;
  // The owner's node answered without a room, so there is no epoch (room_registry::refuse).
  if (event.epoch_text.empty()) return true;
  if (next < epoch_) return false;
  if (next == epoch_) return true;
  const bool is_of_new_owner = ownership != 0 && next.ownership > epoch_.ownership;
  // A new owner first says whether it continues the room. Events that it sent before are fetched.
  if (is_of_new_owner && is_known_ && !cluster::is<events::attached>(event)) return false;
  if (epoch_ != epoch{} && !is_of_new_owner) crash(out);
  if (is_of_new_owner) {
    // The count is not known until the owner has answered the attach.
    if (!continues_notifications()) notifications_ = unknown_notifications;
    unicasts_ = 0;
    fetching_side_state_ = false;
  }
  epoch_ = next;
  return true;
}

void room_edge::take(const cluster::event_ptr& event, const events::ordered& ordered,
                     edge_effects& out) {
  // There is nothing to broadcast, but the event may answer a push: its member may have left since,
  // or the owner may repeat an event whose answer was lost.
  if (!is_known_ || event->at <= recent_.head()) return owner_answered(*event, ordered, out);
  if (event->at.value != recent_.head().value + 1) {
    hold(event);
    if (!holds_next()) fetch_missing(out);
    return;
  }
  if (must_wait_for_answer(ordered)) {
    hold(event);
    return resend_commands(out);
  }
  deliver(event, out);
}

void room_edge::take(const cluster::event_ptr& event, const events::head& head, edge_effects& out) {
  if (is_known_ && event->at > recent_.head()) fetch_missing(out);
  check_lost_notifications(head.notifications, out);
}

/// Delivers the held events that are next in order and must not wait for an earlier answer.
void room_edge::deliver_held(edge_effects& out) {
  while (!held_events_.empty() && held_events_.front()->at.value <= recent_.head().value + 1) {
    const auto next = held_events_.front();
    const bool is_next = next->at > recent_.head();
    if (is_next && must_wait_for_answer(cluster::ordered_of(*next))) return;
    held_events_.erase(held_events_.begin());
    held_bytes_ -= actors::held_bytes(*next);
    if (is_next) deliver(next, out);
  }
  if (!held_events_.empty() || std::exchange(has_dropped_, false)) return fetch_missing(out);
  if (fetching_after_ && *fetching_after_ < recent_.head()) fetching_after_.reset();
}

/// Whether an earlier answer to this edge was lost. Replies keep the order of the requests and come
/// before the events that their requests caused, so this event must be held until that answer was
/// resent.
bool room_edge::must_wait_for_answer(const events::ordered& ordered) const {
  if (!is_mine(ordered.command)) return false;
  const auto first = pending_.front_number();
  const auto number = ordered.command.number;
  return first != 0 && (first < number || (first == number && !ordered.is_answer));
}

void room_edge::hold(const cluster::event_ptr& event) {
  const auto at = std::lower_bound(held_events_.begin(), held_events_.end(), event->at, is_earlier);
  if (at != held_events_.end() && (*at)->at == event->at) return;
  const auto bytes = actors::held_bytes(*event);
  // An event over the bound is fetched from the owner when those before it were delivered.
  if (held_events_.size() >= held_events_max || held_bytes_ + bytes > held_bytes_max) {
    has_dropped_ = true;
    return;
  }
  held_bytes_ += bytes;
  held_events_.insert(at, event);
}

void room_edge::fetch_missing(edge_effects& out) {
  if (fetching_after_ == recent_.head()) return;
  fetching_after_ = recent_.head();
  ++out.gaps;
  out.commands.push_back(pending_.unqueued(commands::fetch{.after = recent_.head()}));
}

/// Answers a join only when the edge has seen all events before it, so that the reply and the
/// broadcasts keep their order.
void room_edge::take(const cluster::event_ptr& event, const events::joined& joined,
                     edge_effects& out) {
  if (!is_mine(joined.command)) return;
  const auto [edge, number, member] = joined.command;
  const auto first = pending_.front_number();
  // The join was answered before, perhaps with a refusal by the owner's node, so this owner must
  // drop the member again.
  const bool is_answered = first == 0 || first > number;
  if (is_answered && !channels_.contains(member.value)) return send_leave(member, out);
  if (!is_known_) {
    // The answer to an earlier join was lost: starting here would skip the events in between.
    if (number != first) return;
    is_known_ = true;
    recent_.restart(joined.at.at);
    notifications_ = joined.notifications;
  }
  check_lost_notifications(joined.notifications, out);
  // If events before the join are missing, drop the answer: the join is resent.
  if (joined.at.at <= recent_.head())
    owner_answered({.command = joined.command, .joined = &joined}, out);
  if (event->at > recent_.head() && held_events_.empty()) fetch_missing(out);
}

void room_edge::take(const cluster::event_ptr& event, const events::page& page, edge_effects& out) {
  if (!is_mine(page.command)) return;
  if (page.command.member != connection_id{}) return take_missed(page, out);
  if (!is_known_) return;
  take_side_state(page, out);
  fetching_after_.reset();
  const bool is_lost = page.events.empty()
                           ? event->at > recent_.head()
                           : page.events.front()->at.value > recent_.head().value + 1;
  if (is_lost) return lost_events(out);
  for (const auto& each : page.events) take(each, cluster::ordered_of(*each), out);
  if (event->at > recent_.head() && held_events_.empty()) fetch_missing(out);
}

void room_edge::deliver(const cluster::event_ptr& event, edge_effects& out) {
  const auto& ordered = cluster::ordered_of(*event);
  owner_answered(*event, ordered, out);
  if (has_receiver(ordered)) {
    out.broadcasts.push_back(make_broadcast(*event, ordered));
  }
  if (needs_recent()) {
    recent_.push(event);
  } else {
    recent_.skip(event->at);
  }
}

/// Whether any member here gets this event. Rooms with one member and echo off are common; this
/// avoids encoding events that only their sender would get.
bool room_edge::has_receiver(const events::ordered& ordered) const {
  if (subscribed_ > 1 || !ordered.skips_origin || !is_mine(ordered.command)) return subscribed_ > 0;
  const auto it = channels_.find(ordered.command.member.value);
  return subscribed_ == 1 && (it == channels_.end() || !it->second.is_subscribed);
}

/// The owner no longer has the missing events. All channels fail, so that no member skips events in
/// silence, and a leave is sent for each, because the owner still counts them as members.
void room_edge::lost_events(edge_effects& out) {
  std::vector<connection_id> ended;
  for (const auto& [member, each] : channels_) {
    if (each.is_subscribed) ended.emplace_back(member);
  }
  out.catch_ups_lost += static_cast<std::uint32_t>(ended.size());
  crash(out);
  for (auto member : ended) send_leave(member, out);
}

void room_edge::crash(edge_effects& out) {
  // A channel whose join has no answer yet stays: that answer decides about it.
  boost::unordered_flat_set<std::uint64_t> joining;
  pending_.each([&](pending_request& each) {
    const auto* const sender = channel_of(each.request.from, each.request.serial);
    if (!sender) return;
    if (each.request.kind == edge_request_kind::join) joining.insert(each.request.from.value);
    const bool leaves = is_leave(each.request.kind);
    if (leaves && sender->is_subscribed) each.closes_old = false;  // phx_error ends it now
  });
  for (auto& [member, each] : channels_) {
    if (each.is_subscribed) fail(each, connection_id{member}, out);
  }
  boost::unordered::erase_if(
      channels_, [&joining](const auto& each) { return !joining.contains(each.first); });
  if (attaching_) {
    boost::unordered::erase_if(
        attaching_->members, [this](const auto& each) { return !channels_.contains(each.first); });
  }
  is_known_ = false;
  recent_.restart({});
  held_events_.clear();
  held_bytes_ = 0;
  has_dropped_ = false;
  fetching_after_.reset();
  fetching_side_state_ = false;
  unicasts_ = 0;
}

void room_edge::fail(channel& subscriber, connection_id member, edge_effects& out) {
  end_channel(subscriber, member, "phx_error", {crash_payload}, out);
}

void room_edge::end_channel(channel& subscriber, connection_id member, std::string_view event,
                            payload_view body, edge_effects& out) {
  unicast last;
  last.to = member;
  last.serial = subscriber.serial;
  last.format = subscriber.format;
  last.action = unicast::action_kind::end_channel;
  last.first_class = net::message_class::out_close;
  last.first = net::encode_push(subscriber.format, subscriber.end_ref(), subscriber.end_ref(),
                                {topic_.name}, event, body);
  out.unicasts.push_back(std::move(last));
  unsubscribe(subscriber, member);
}

}  // namespace roost::actors
