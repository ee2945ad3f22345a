// SPDX-License-Identifier: Apache-2.0
// Requests of the server API at an edge. A publish takes the path of a push, so order,
// deduplication and resending are those of a push. A query is outside of the order.
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/edge_request.hpp"

namespace roost::actors {

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
    give_ephemeral(std::move(request), out);
    out.api_replies.push_back({request_id});
    return;
  }
  if (pending_.is_full()) {
    out.api_replies.push_back({request_id, errc::unavailable});
    return;
  }
  auto key = request.call->idempotency_key.empty() ? idempotency_key_of(request)
                                                   : request.call->idempotency_key;
  commands::publish body{std::exchange(request.event, {}), std::exchange(request.payload, {}),
                         std::move(key)};
  pending_.add_command({std::move(request)}, std::move(body), out.commands);
}

void room_edge::answer_publish(const pending_request& to, const owner_answer& answer,
                               edge_effects& out) {
  if (answer.is_repeated) ++out.repeated;
  out.api_replies.push_back(
      {to.request.call->request_id, reason_for_api(answer.refused), answer.at});
}

void room_edge::query(const api_call& call, time_point now, edge_effects& out) {
  if (queries_.is_full()) {
    out.api_replies.push_back({call.request_id, errc::unavailable});
    return;
  }
  commands::query body{call.since, call.events_max, call.wants_presence};
  auto asked = pending_.unqueued(std::move(body), {}, api_queries::number_of(call.request_id));
  out.commands.push_back(asked);
  queries_.add(std::move(asked), now);
}

void room_edge::answer_query(const cluster::command_id& query, errc why,
                             cluster::event_ptr snapshot, edge_effects& out) {
  if (!queries_.remove(query)) return;  // of another edge, or a duplicate
  out.api_replies.push_back({api_queries::request_id_of(query), why, {}, std::move(snapshot)});
}

}  // namespace roost::actors
