// How an edge gives a member its missed events and side state, one page at a time.
#include <algorithm>
#include <utility>

#include "actors/room/body_of.hpp"
#include "actors/room/room_edge.hpp"

namespace roost::actors {

namespace {

constexpr cluster::side_state_cursor no_side_state{.at = cluster::side_state_cursor::stage::end};

}  // namespace

/// Adds the events from `page.to.next` on: first from `held` (the owner's answer), then from the
/// ring. At most `bytes_max` bytes, but at least one event if the page is empty.
void room_edge::add_events(catch_up_page& page, connection_id who, const channel& to,
                           std::span<const cluster::event_ptr> held, std::size_t bytes_max,
                           edge_effects& out) const {
  std::size_t bytes = 0;
  auto& next = page.to.next;
  const auto give = [&](const cluster::event& what) {
    if (bytes + what.payload.data.size > bytes_max && !page.frames.empty()) return false;
    next = offset{what.at.value + 1};
    // With echo off, the member does not get back what it pushed after its join.
    const bool is_own = what.skips_origin && is_mine(what) && what.member == who;
    if (is_own && what.at > page.to.joined) return true;
    const net::position where{what.epoch_text, what.at};
    page.frames.push_back(
        net::encode_broadcast(to.format, {where_.name}, what.name, view_of(what.payload), &where));
    bytes += page.frames.back()->size();
    ++out.missed_out;
    return bytes < bytes_max;
  };
  bool goes_on = true;
  for (const auto& each : held) {
    // Events beyond the edge's head come later as broadcasts, so that own replies come first.
    if (!goes_on || each->at > ring_.head()) break;
    if (each->at == next) goes_on = give(*each);
  }
  if (faults_ && faults_->duplicate_after_resume && !held.empty()) give(*held.back());
  while (goes_on && next <= ring_.head()) {
    if (faults_ && faults_->skip_ring) next = offset{ring_.head().value + 1};
    const auto found = ring_.find(next);
    if (!found) break;
    goes_on = give(*found);
  }
  if (next > page.from.next) page.to.has_begun = true;
  if (next > ring_.head()) page.to.next = {};
}

void room_edge::add_side_state(catch_up_page& page, const channel& to, const cluster::event& what,
                               edge_effects& out) const {
  for (const auto& [name, payload] : what.told) {
    page.frames.push_back(
        net::encode_push(to.format, to.join_ref, {}, {where_.name}, name, view_of(payload)));
    ++(name == "read_receipts" ? out.receipts_out : out.presence_out);
  }
  page.to.side = what.side_to.value_or(no_side_state);
}

/// The page that comes with the reply to a join. Null: the member has nothing to catch up.
std::shared_ptr<const catch_up_page> room_edge::first_page(const edge_entry& to,
                                                           const channel& joined,
                                                           const cluster::event& what,
                                                           edge_effects& out) const {
  catch_up_page page;
  page.from.next = offset{what.joined_at.value - what.missed + 1};
  if (!what.events.empty()) page.from.next = what.events.front()->at;
  page.from.joined = what.joined_at;
  if (what.told.empty() && what.side_to.value_or(no_side_state).is_end()) {
    page.from.side = no_side_state;
  }
  page.to = page.from;
  const bool is_large =
      !what.events.empty() && what.events.front()->payload.data.size > first_page_bytes_max;
  if (!is_large) {
    add_events(page, to.asked.from, joined, what.events, first_page_bytes_max, out);
  }
  // Side state follows the first page of events. Skip it if the edge has seen newer notices.
  const bool is_next = page.to.is_live() || page.to.has_begun;
  if (is_next && what.notices >= notices_) add_side_state(page, joined, what, out);
  if (page.frames.empty() && page.to.is_end()) return nullptr;
  return std::make_shared<const catch_up_page>(std::move(page));
}

void room_edge::give_page(const page_wanted& what, edge_effects& out) {
  const auto* const to = channel_of(what.who, what.serial);
  if (!to || !to->is_attached) return;
  // The fan-out broadcasts no ordered events to this member until a page says that it is live, so
  // `state` keeps the fan-out's position: events that come before the owner answers belong to it.
  catch_up state{what.from, what.bytes};
  auto from = what.from;
  if (from.next > ring_.head()) from.next = {};
  state.wants_events = !from.is_live() && (!from.has_begun || from.side.is_end());
  const bool is_here = state.wants_events && ring_.find(from.next);
  if (!is_here && !from.is_end()) {
    ask_missed(what.who, state, out);
    catching_[what.who.value] = state;
    return;
  }
  catch_up_page page{{}, what.from, from};
  if (is_here) {
    add_events(page, what.who, *to, {}, std::min<std::size_t>(what.bytes, page_bytes_max), out);
  }
  give(what.who, *to, std::move(page), out);
  trim_ring();
}

void room_edge::give(connection_id who, const channel& to, catch_up_page page, edge_effects& out) {
  direct next;
  next.to = who;
  next.serial = to.serial;
  next.format = to.format;
  next.page = std::make_shared<const catch_up_page>(std::move(page));
  out.directs.push_back(std::move(next));
}

void room_edge::ask_missed(connection_id who, const catch_up& state, edge_effects& out) {
  const auto after = state.wants_events ? state.from.next.value - 1 : ring_.head().value;
  auto question = queue_.question(cluster::command::kind::fetch, offset{after});
  question.member = who;
  question.page_bytes = state.bytes;
  if (!state.wants_events) question.side_state = state.from.side;
  out.commands.push_back(std::move(question));
}

/// Takes the owner's page for one member. If its events have expired, the channel fails: a member
/// must never skip events in silence.
void room_edge::take_missed(const cluster::event& what, edge_effects& out) {
  const auto it = channels_.find(what.member.value);
  const auto found = catching_.find(what.member.value);
  if (it == channels_.end() || found == catching_.end()) return;
  const auto state = found->second;
  catch_up_page page{{}, state.from, state.from};
  if (state.wants_events) {
    const bool is_answer = !what.side_to && what.after.value + 1 == state.from.next.value;
    if (!is_answer) return;  // the answer to an earlier fetch
    if (what.events.empty() || what.events.front()->at > state.from.next) {
      return give_up(what.member, out);
    }
    add_events(page, what.member, it->second, what.events,
               std::min<std::size_t>(state.bytes, page_bytes_max), out);
  } else {
    if (!what.side_to || what.side_from != state.from.side) return;
    look_for_lost_notices(what, out);
    // The page is older than a notice that was already broadcast and would undo it: fetch again.
    if (what.notices < notices_) return ask_missed(what.member, state, out);
    add_side_state(page, it->second, what, out);
    if (page.to.next > ring_.head()) page.to.next = {};
  }
  catching_.erase(found);
  give(what.member, it->second, std::move(page), out);
}

void room_edge::give_up(connection_id who, edge_effects& out) {
  auto it = channels_.find(who.value);
  ++out.catch_ups_lost;
  if (it->second.is_leaving) ended_early_[who.value] = it->second.serial;
  fail(it->second, who, out);
  channels_.erase(it);
  tell_gone(who, out);
}

}  // namespace roost::actors
