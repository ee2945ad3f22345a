// SPDX-License-Identifier: Apache-2.0
// How an edge gives a member its missed events and side state, one page at a time.
#include <algorithm>
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/fan_out_batch.hpp"

namespace roost::actors {

namespace {

constexpr cluster::side_state_cursor no_side_state{.at = cluster::side_state_cursor::stage::end};

}  // namespace

/// Adds the events from `page.to.next` on: first from `held` (the owner's answer), then from the
/// recent events. At most `bytes_max` bytes, but at least one event if the page is empty.
void room_edge::add_events(catch_up_page& page, connection_id member, const channel& to,
                           std::span<const cluster::event_ptr> held, std::size_t bytes_max,
                           edge_effects& out) const {
  std::size_t bytes = 0;
  auto& next = page.to.next;
  const auto add = [&](const cluster::event& event) {
    const auto& ordered = cluster::ordered_of(event);
    if (bytes + ordered.payload.data.size > bytes_max && !page.messages.empty()) return false;
    next = offset{event.at.value + 1};
    // With echo off, the member does not receive its own pushes since its join.
    const bool is_own =
        ordered.skips_origin && is_mine(ordered.command) && ordered.command.member == member;
    if (is_own && event.at > page.to.joined) return true;
    const net::timed_position position{{event.epoch_text, event.at}, ordered.time_ms};
    page.messages.push_back(net::encode_broadcast(to.format, {topic_.name}, ordered.name,
                                                  view_of(ordered.payload), &position));
    bytes += page.messages.back()->size();
    ++out.missed_out;
    return bytes < bytes_max;
  };
  bool goes_on = true;
  for (const auto& each : held) {
    // Events beyond the edge's head come later as broadcasts, so that own replies come first.
    if (!goes_on || each->at > recent_.head()) break;
    if (each->at == next) goes_on = add(*each);
  }
  if (faults_ && faults_->duplicate_after_resume && !held.empty()) add(*held.back());
  while (goes_on && next <= recent_.head()) {
    if (faults_ && faults_->skip_recent_events) next = offset{recent_.head().value + 1};
    const auto found = recent_.find(next);
    if (!found) break;
    goes_on = add(*found);
  }
  if (next > page.from.next) page.to.has_begun = true;
  if (next > recent_.head()) page.to.next = {};
}

void room_edge::add_side_state(catch_up_page& page, const channel& to,
                               const cluster::side_state_ptr& held, edge_effects& out) const {
  page.to.side = held ? held->to : no_side_state;
  if (!held) return;
  for (const auto& [name, payload] : held->entries) {
    page.messages.push_back(
        net::encode_push(to.format, to.join_ref(), {}, {topic_.name}, name, view_of(payload)));
    ++(name == "read_receipts" ? out.receipts_out : out.presence_out);
  }
}

/// The page that comes with the reply to a join. Null: the member has nothing to catch up.
std::shared_ptr<const catch_up_page> room_edge::first_page(const pending_request& to,
                                                           const channel& subscriber,
                                                           const events::joined& joined,
                                                           edge_effects& out) const {
  catch_up_page page;
  const auto& held = joined.events;
  page.from.next = held.empty() ? offset{joined.at.at.value - joined.missed + 1} : held.front()->at;
  page.from.joined = joined.at.at;
  const auto& side = joined.side_state;
  if (!side || (side->entries.empty() && side->to.is_end())) page.from.side = no_side_state;
  page.to = page.from;
  const bool is_large =
      !held.empty() && cluster::ordered_of(*held.front()).payload.data.size > first_page_bytes_max;
  if (!is_large) add_events(page, to.request.from, subscriber, held, first_page_bytes_max, out);
  // Side state follows the first page of events. Skip it if the edge has seen newer notifications.
  const bool is_next = page.to.is_live() || page.to.has_begun;
  if (is_next && joined.notifications >= notifications_)
    add_side_state(page, subscriber, side, out);
  if (page.messages.empty() && page.to.is_end()) return nullptr;
  return std::make_shared<const catch_up_page>(std::move(page));
}

void room_edge::give_page(const page_request& request, edge_effects& out) {
  const auto* const to = channel_of(request.member, request.serial);
  if (!to || !to->is_subscribed) return;
  // The fan-out broadcasts no ordered events to this member until a page says that it is live, so
  // `state` keeps the fan-out's position: events that come before the owner answers belong to it.
  catch_up state{request.from, request.bytes};
  auto from = request.from;
  if (from.next > recent_.head()) from.next = {};
  state.wants_events = !from.is_live() && (!from.has_begun || from.side.is_end());
  const bool is_recent = state.wants_events && recent_.find(from.next);
  if (!is_recent && !from.is_end()) {
    fetch_page(request.member, state, out);
    catching_up_[request.member.value] = state;
    return;
  }
  catch_up_page page{{}, request.from, from};
  if (is_recent) {
    add_events(page, request.member, *to, {}, std::min<std::size_t>(request.bytes, page_bytes_max),
               out);
  }
  send_page(request.member, *to, std::move(page), out);
  trim_recent();
}

void room_edge::send_page(connection_id member, const channel& to, catch_up_page page,
                          edge_effects& out) {
  unicast next;
  next.to = member;
  next.serial = to.serial;
  next.format = to.format;
  next.page = std::make_shared<const catch_up_page>(std::move(page));
  out.unicasts.push_back(std::move(next));
}

void room_edge::fetch_page(connection_id member, const catch_up& state, edge_effects& out) {
  const offset after{state.from.next.value - 1};
  out.commands.push_back(
      state.wants_events
          ? pending_.unqueued(commands::fetch{.after = after}, member)
          : pending_.unqueued(commands::fetch_side_state{state.from.side, state.bytes}, member));
}

/// Takes the owner's page of events for one member. If its events have expired, the channel fails:
/// a member must never skip events in silence.
void room_edge::take_missed(const events::page& answer, edge_effects& out) {
  const auto member = answer.command.member;
  const auto it = channels_.find(member.value);
  const auto found = catching_up_.find(member.value);
  if (it == channels_.end() || found == catching_up_.end()) return;
  const auto state = found->second;
  const bool is_answer = state.wants_events && answer.after.value + 1 == state.from.next.value;
  if (!is_answer) return;  // the answer to an earlier fetch
  if (answer.events.empty() || answer.events.front()->at > state.from.next) {
    return fail_catch_up(member, out);
  }
  catch_up_page page{{}, state.from, state.from};
  const auto bytes_max = std::min<std::size_t>(state.bytes, page_bytes_max);
  add_events(page, member, it->second, answer.events, bytes_max, out);
  catching_up_.erase(found);
  send_page(member, it->second, std::move(page), out);
}

/// Takes the owner's page of the side state for one member.
void room_edge::take(const cluster::event_ptr&, const events::side_state& answer,
                     edge_effects& out) {
  if (!is_mine(answer.command)) return;
  const auto member = answer.command.member;
  const auto it = channels_.find(member.value);
  const auto found = catching_up_.find(member.value);
  if (it == channels_.end() || found == catching_up_.end()) return;
  const auto state = found->second;
  if (state.wants_events || answer.page->from != state.from.side) return;
  check_lost_notifications(answer.notifications, out);
  // The page is older than a notification that was already broadcast and would undo it: fetch
  // again.
  if (answer.notifications < notifications_) return fetch_page(member, state, out);
  catch_up_page page{{}, state.from, state.from};
  add_side_state(page, it->second, answer.page, out);
  if (page.to.next > recent_.head()) page.to.next = {};
  catching_up_.erase(found);
  send_page(member, it->second, std::move(page), out);
}

void room_edge::fail_catch_up(connection_id member, edge_effects& out) {
  ++out.catch_ups_lost;
  end_early(member, "phx_error", {crash_payload}, out);
}

}  // namespace roost::actors
