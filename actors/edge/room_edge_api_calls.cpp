// SPDX-License-Identifier: Apache-2.0
// Requests of the server API at an edge. A publish takes the path of a push, so order,
// deduplication and resending are those of a push. A query is outside of the order.
#include <algorithm>
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/edge_request.hpp"

namespace roost::actors {

using cluster::command;

namespace {

/// A room refuses each command that crashed it with "join_crashed"; the API reports "unavailable".
errc reason_for_api(errc why) { return why == errc::join_crashed ? errc::unavailable : why; }

}  // namespace

void room_edge::publish(edge_request request, edge_effects& out) {
  const auto request_id = request.call->request_id;
  const bool is_binary = request.payload.kind == payload_kind::binary;
  const auto why = rule_->check(request.event, request.payload.data.view(), is_binary);
  if (why != errc::none) {
    out.api_replies.push_back({request_id, why});
    return;
  }
  if (rule_->is_ephemeral(request.event)) {
    out.events.push_back(ephemeral_of(std::move(request)));
    out.api_replies.push_back({request_id});
    return;
  }
  auto idempotency_key = request.call->idempotency_key.empty() ? idempotency_key_of(request)
                                                               : request.call->idempotency_key;
  pending_request entry{std::move(request)};
  send_command(cluster::command_kind::publish, std::move(entry), out, std::move(idempotency_key));
}

void room_edge::answer_publish(const pending_request& to, const cluster::event& event,
                               edge_effects& out) {
  api_reply done{to.request.call->request_id};
  if (event.kind == cluster::event_kind::refused) {
    done.why = reason_for_api(event.why);
  } else {
    if (event.kind == cluster::event_kind::repeated) ++out.repeated;
    done.at = position{event.epoch_text, event.at};
  }
  out.api_replies.push_back(std::move(done));
}

void room_edge::query(const api_call& call, edge_effects& out) {
  const auto query_id = call.request_id;
  auto query = pending_.unqueued(cluster::command_kind::query, {});
  query.number = query_id;  // a query has no command number: its answer repeats this id
  query.from_position = call.since;
  if (call.events_max != 0) query.history = call.events_max;
  query.wants_side_state = call.wants_presence;
  queries_.push_back(query);
  out.commands.push_back(std::move(query));
}

void room_edge::answer_query(const cluster::event_ptr& event, edge_effects& out) {
  if (!is_mine(*event)) return;
  const auto query_id = event->number;
  const auto found = std::ranges::find(queries_, query_id, &command::number);
  if (found == queries_.end()) return;  // a duplicate answer
  queries_.erase(found);
  out.api_replies.push_back({query_id, event->why, {}, event});
}

/// Resends all unanswered queries: a query changes nothing, so it is idempotent.
void room_edge::resend_queries(edge_effects& out) {
  out.commands.insert(out.commands.end(), queries_.begin(), queries_.end());
}

}  // namespace roost::actors
