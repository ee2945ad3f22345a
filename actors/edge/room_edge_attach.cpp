// SPDX-License-Identifier: Apache-2.0
// How an edge attaches at a new owner of its topic, and after a broken link.
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/command_bytes.hpp"
#include "actors/messages/edge_request.hpp"
#include "cluster/phx_ref.hpp"

namespace roost::actors {

namespace {

/// A new owner cannot know whether a former one has applied the commands that it gets now, unless
/// it continues the room.
void set_uncertain(pending_requests& all, bool is_uncertain) {
  all.each([&](pending_request& each) { each.is_uncertain = is_uncertain; });
}

}  // namespace

void room_edge::attach(std::uint64_t ownership, time_point now, edge_effects& out) {
  if (!attaching_ || ownership < pending_.ownership()) return;
  if (faults_ && faults_->forget_attach) return pending_.set_ownership(ownership);
  pending_.set_time(now);
  if (ownership > pending_.ownership()) set_uncertain(pending_, true);
  pending_.set_ownership(ownership);
  if (!needs_owner()) return crash(out);
  const bool has_only_queries = channels_.empty() && pending_.empty() && !is_attaching() &&
                                !fetching_after_ && !fetching_side_state_;
  if (has_only_queries) {  // an attach would create the room
    crash(out);
    attaching_->backoff.begin(now);
    return refetch(out);
  }
  attaching_->is_waiting = true;
  attaching_->backoff.begin(now);
  resend_all(out);
}

void room_edge::attach_again(time_point now, edge_effects& out) {
  pending_.set_time(now);
  attaching_->backoff.resent(now);
  resend_all(out);
}

std::size_t room_edge::attach_bytes(std::size_t max) const {
  auto out = pending_.bytes(max);
  for (const auto& [member, each] : attaching_->members) {
    if (out >= max) return max;
    out += command_bytes(each);
  }
  return std::min(out, max);
}

/// The members whose joins were answered. The resent commands decide about those with an unanswered
/// join or leave: the owner may have applied it or not.
void room_edge::send_attach(edge_effects& out) {
  std::vector<commands::attach> parts(1);
  if (is_known_) {
    parts[0].epoch_number = epoch_;
    parts[0].at = recent_.head();
  }
  boost::unordered_flat_set<std::uint64_t> undecided;
  pending_.each([&](const pending_request& each) {
    using kind = edge_request_kind;
    const auto of = each.request.kind;
    if (of == kind::join || of == kind::gone || is_leave(of))
      undecided.insert(each.request.from.value);
  });
  for (const auto member : undecided) parts[0].undecided.emplace_back(member);
  std::size_t bytes = 0;
  for (const auto& [member, each] : channels_) {
    const auto known = attaching_->members.find(member);
    if (!each.is_subscribed || undecided.contains(member) || known == attaching_->members.end())
      continue;
    const auto& added = known->second;
    const auto added_bytes = command_bytes(added);
    if (bytes + added_bytes > attach_bytes_max && !parts.back().members.empty()) {
      parts.emplace_back();
      bytes = 0;
    }
    bytes += added_bytes;
    parts.back().members.push_back(added);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].part = static_cast<std::uint32_t>(i);
    parts[i].parts = static_cast<std::uint32_t>(parts.size());
    out.commands.push_back(pending_.unqueued(std::move(parts[i])));
  }
  attaching_->is_waiting = true;
}

void room_edge::take(const cluster::event_ptr& event, const events::attached& attached,
                     edge_effects& out) {
  if (!is_mine(attached.command) || !attaching_) return;
  note_progress();
  attaching_->is_waiting = false;
  if (!attached.recovered) return lose_room(out);
  if (!is_known_) return;
  const bool continues = continues_notifications();
  if (continues || notifications_ == unknown_notifications) {  // it is a new owner
    set_uncertain(pending_, false);
    // 0: fetch the side state if the room has published any: it may be about members that left.
    if (!continues) notifications_ = 0;
  }
  check_lost_notifications(attached.notifications, out);
  if (event->at > recent_.head() && held_events_.empty()) fetch_missing(out);
}

/// The owner does not continue the room that this edge knows, and has taken none of its members.
void room_edge::lose_room(edge_effects& out) {
  set_uncertain(pending_, true);
  crash(out);
}

/// The owner has applied a change of a member's meta.
void room_edge::note_meta(const pending_request& answered) {
  if (!attaching_ || !answered.sent) return;
  if (!channel_of(answered.request.from, answered.request.serial)) return;
  const auto* change = std::get_if<commands::update_meta>(&answered.sent->body);
  const auto known = attaching_->members.find(answered.request.from.value);
  if (!change || known == attaching_->members.end()) return;
  known->second.meta = change->meta;
  known->second.phx_ref = cluster::phx_ref_of(answered.sent->id);
}

}  // namespace roost::actors
