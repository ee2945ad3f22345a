// SPDX-License-Identifier: Apache-2.0
// How an edge deals with time: requests without an answer, and resends with a backoff.
#include <algorithm>
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/edge_request.hpp"

namespace roost::actors {

namespace {

/// The channel of this join ends now, but the owner may still apply the join and later requests.
void mark_unknown_outcome(pending_requests& all, const edge_request& join) {
  all.each([from = join.from, serial = join.serial](pending_request& each) {
    auto& request = each.request;
    using kind = edge_request_kind;
    const bool is_push = request.kind == kind::push || request.kind == kind::update_meta ||
                         request.kind == kind::mark_read;
    const bool is_in = request.from == from && request.serial == serial;
    if (is_in && is_push) request.why = errc::unknown_outcome;
  });
}

}  // namespace

bool room_edge::tick(time_point now, milliseconds timeout, edge_effects& out) {
  pending_.set_time(now);
  time_out(now - timeout, out);
  if (!attaching_) return true;
  if (!pending_.empty() && pending_.front().since <= now - give_up_after) {
    time_out(now, out);
    crash(out);
    return false;
  }
  resend_due(now, out);
  return true;
}

/// Answers the senders. The numbers of their commands stay open until the owner answers, or the
/// edge gives up.
void room_edge::time_out(time_point sent_before, edge_effects& out) {
  for (const auto request_id : queries_.take_old(sent_before)) {
    out.api_replies.push_back({request_id, errc::unavailable});
  }
  const cluster::command_id none;
  while (const auto* next = pending_.first_waiting()) {
    if (next->number == 0 || next->since > sent_before) break;
    const bool is_join = next->request.kind == edge_request_kind::join;
    if (is_join) mark_unknown_outcome(pending_, next->request);
    const bool is_known = is_join || (faults_ && faults_->unavailable_in_doubt);
    answer(pending_.take_waiting(),
           {.command = none, .refused = is_known ? errc::unavailable : errc::unknown_outcome}, out);
    answer_local(out);
  }
  trim_recent();
}

/// The owner has answered a command whose sender has had its answer already. If it is a join, the
/// owner counts a member that has no channel, unless the same connection has joined again.
void room_edge::answer_late(const pending_request& to, const owner_answer& answer,
                            edge_effects& out) {
  const auto member = to.request.from;
  if (answer.joined && !channels_.contains(member.value)) send_leave(member, out);
}

void room_edge::resend_due(time_point now, edge_effects& out) {
  auto& backoff = attaching_->backoff;
  if (!needs_tick()) return backoff.stop();
  if (!backoff.is_due(now)) return;
  if (must_attach()) {
    out.must_attach = true;
    return;
  }
  backoff.resent(now);
  resend_all(out);
}

/// An attach precedes resent commands: if the owner has started the room again, it takes no command
/// before an attach.
bool room_edge::must_attach() const {
  return attaching_->is_waiting || pending_.front_number() != 0;
}

/// Resends everything that has no answer yet.
void room_edge::resend_all(edge_effects& out) {
  if (must_attach()) send_attach(out);
  resent_for_ = 0;
  resend_commands(out);
  refetch(out);
}

void room_edge::refetch(edge_effects& out) {
  queries_.resend(pending_.ownership(), out.commands);
  if (fetching_after_) {
    fetching_after_.reset();
    fetch_missing(out);
  }
  if (std::exchange(fetching_side_state_, false)) check_lost_notifications(notifications_ + 1, out);
  for (const auto& [member, each] : catching_up_) fetch_page(connection_id{member}, each, out);
}

/// Resends at most once for the same first unanswered command: each repeated event would otherwise
/// cause one more resend.
void room_edge::resend_commands(edge_effects& out) {
  const auto front = pending_.front_number();
  if (front == 0 || front == resent_for_) return;
  resent_for_ = front;
  out.resent += pending_.resend(out.commands);
}

void room_edge::restart(std::uint64_t incarnation) {
  self_.incarnation = incarnation;
  pending_.restart(self_);
  joins_waiting_ = 0;
  queries_ = {};
  ended_early_.clear();
  epoch_ = {};
  resent_for_ = 0;
  *attaching_ = {};
}

}  // namespace roost::actors
