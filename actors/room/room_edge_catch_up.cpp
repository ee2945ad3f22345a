// How an edge gives a member what it missed, a page at a time, and then attaches it.
#include <utility>

#include "actors/room/body_of.hpp"
#include "actors/room/room_edge.hpp"

namespace roost::actors {

/// Adds events from `state.next` on to `last`: of `held`, which is the owner's, then of the ring.
/// What it leads to rides in the same direct: attached if nothing is left; else word when it is
/// written, or a question to the owner where neither reaches back.
void room_edge::give_page(connection_id who, const channel& to, catch_up& state, direct last,
                          std::span<const cluster::event_ptr> held, edge_effects& out) {
  std::size_t bytes = 0;
  const auto give = [&](const cluster::event& what) {
    state.next = offset{what.at.value + 1};
    // Its own event, pushed since it joined: it has the reply.
    if (what.skips_origin && is_mine(what) && what.member == who && what.at > state.joined) return;
    const net::position where{what.epoch_text, what.at};
    last.page.push_back(
        net::encode_broadcast(to.format, {where_.name}, what.name, view_of(what.payload), &where));
    bytes += last.page.back()->size();
    ++out.missed_out;
  };
  for (const auto& each : held) {
    // What the edge itself has not seen yet comes as to everybody, own replies first.
    if (each->at > ring_.head()) break;
    if (each->at == state.next && bytes < page_bytes_max) give(*each);
  }
  if (faults_ && faults_->duplicate_after_resume && !held.empty()) give(*held.back());
  while (state.next <= ring_.head() && bytes < page_bytes_max) {
    if (faults_ && faults_->skip_ring) state.next = offset{ring_.head().value + 1};
    const auto next = ring_.find(state.next);
    if (!next) break;
    give(*next);
  }
  for (auto& [name, payload] : std::exchange(state.told, {})) {
    last.page.push_back(
        net::encode_push(to.format, to.join_ref, {}, {where_.name}, name, view_of(payload)));
    ++(name == "read_receipts" ? out.receipts_out : out.presence_out);
  }
  const bool is_done = state.next > ring_.head();
  last.action = is_done ? direct::then::attach : direct::then::follow;
  last.wants_word = !is_done && bytes > 0;
  state.asked = !is_done && bytes == 0;
  state.is_late = false;
  if (state.asked) {
    ask_missed(who, state, out);
  }
  if (is_done) catching_.erase(who.value);
  out.directs.push_back(std::move(last));
}

void room_edge::ask_missed(connection_id who, const catch_up& state, edge_effects& out) {
  auto question = queue_.question(cluster::command::kind::fetch, offset{state.next.value - 1});
  question.member = who;
  out.commands.push_back(std::move(question));
}

void room_edge::page_written(connection_id who, channel_serial serial, edge_effects& out) {
  const auto it = channels_.find(who.value);
  const auto state = catching_.find(who.value);
  if (it == channels_.end() || it->second.serial != serial || state == catching_.end()) return;
  if (state->second.asked) return;
  direct next;
  next.to = who;
  next.serial = serial;
  next.format = it->second.format;
  give_page(who, it->second, state->second, std::move(next), {}, out);
}

/// The owner's answer for one member. Where the events are not held any more it must not skip them.
void room_edge::take_missed(const cluster::event& what, edge_effects& out) {
  const auto it = channels_.find(what.member.value);
  const auto state = catching_.find(what.member.value);
  if (it == channels_.end() || state == catching_.end() || !state->second.asked) return;
  if (what.after.value + 1 != state->second.next.value) return;  // of an earlier question
  if (what.events.empty() || what.events.front()->at > state->second.next) {
    return give_up(what.member, out);
  }
  direct next;
  next.to = what.member;
  next.serial = it->second.serial;
  next.format = it->second.format;
  give_page(what.member, it->second, state->second, std::move(next), what.events, out);
}

void room_edge::give_up(connection_id who, edge_effects& out) {
  auto it = channels_.find(who.value);
  ++out.catch_ups_lost;
  leave_closes_nothing(who, it->second.serial);
  fail(it->second, who, out);
  channels_.erase(it);
  tell_gone(who, out);
}

}  // namespace roost::actors
