// SPDX-License-Identifier: Apache-2.0
// Requests of the API about topics: calls of the topics' edges, and the answers of their owners.
#include <caf/send.hpp>
#include <utility>

#include "actors/api/api_actor.hpp"
#include "actors/api/api_text.hpp"
#include "actors/room/room.hpp"
#include "config/base/reserved_names.hpp"

namespace roost::actors {

using net::http::api_route;

namespace {

/// The most that a call of the request takes on the link with its owner, with its answer.
std::size_t call_bytes(const net::http::api_request& request) {
  constexpr std::size_t envelope_bytes = 1'024;
  const bool is_large = request.route == api_route::history || request.route == api_route::presence;
  return envelope_bytes + request.payload.size + (is_large ? room::query_bytes_max : 0);
}

}  // namespace

void api_actor::send_to_edges(std::uint64_t number, api_task& task) {
  task.expect(task.request.topics.size());
  for (std::size_t i = 0; i < task.replies.size(); ++i) {
    const auto& topic = task.request.topics[i];
    if (net::http::is_change(task.request.route) && is_reserved_event(task.request.event)) {
      task.answer(i, errc::reserved_event);
    } else if (!shared_.rules.find(topic.name)) {
      task.answer(i, errc::unmatched_topic);
    } else {
      const auto request_id = tasks_.add_call({number, i});
      const auto owner = shared_.bus.owner_of(shared_.bus.shard_of(topic)).node;
      if (owner == shared_.self) {
        send(request_id);
      } else {
        pacer_.add(request_id, owner, call_bytes(task.request), home().now());
      }
    }
  }
  send_next();
}

void api_actor::send(std::uint64_t request_id) {
  const auto slot = *tasks_.find_call(request_id);
  const auto& task = *tasks_.find(slot.task);
  caf::anon_send(edges_.take(task.request.topics[slot.index]), edge_request_of(task, request_id));
}

void api_actor::send_next() {
  for (const auto each : pacer_.take_next()) send(each);
}

edge_request api_actor::edge_request_of(const api_task& task, std::uint64_t request_id) const {
  const auto& request = task.request;
  api_call call{request_id};
  edge_request out;
  out.kind = edge_request_kind::query;
  if (net::http::is_change(request.route)) {
    out.kind = edge_request_kind::publish;
    out.event = request.event;
    out.payload.data = request.payload;
    out.payload.is_object = true;
    // The prefix "s" is payload_field()'s form of a string, so that an idempotency key in the
    // header equals the same key in the payload.
    if (!request.idempotency_key.empty()) call.idempotency_key = "s" + request.idempotency_key;
  } else if (request.route == api_route::history) {
    call.events_max = request.limit;
    if (request.since) call.since = position{request.since->epoch, request.since->at};
  } else {
    call.wants_presence = request.route == api_route::presence;
  }
  out.call = std::make_shared<const api_call>(std::move(call));
  return out;
}

void api_actor::take(api_reply& reply) {
  const auto slot = tasks_.take_call(reply.request_id);
  if (!slot) return;  // dropped by sweep()
  auto& task = *tasks_.find(slot->task);
  edges_.give_back(task.request.topics[slot->index], home().now());
  task.answer(slot->index, text_of(task, reply));
  finish_if_done(slot->task);
  pacer_.end(reply.request_id);
  send_next();
}

result<std::string> api_actor::text_of(const api_task& task, const api_reply& reply) const {
  if (reply.why == errc::not_found) return error{reply.why, "there is no room of this topic"};
  if (reply.why != errc::none) return reply.why;
  if (!reply.snapshot) return api_text::position(reply);
  const auto& event = *reply.snapshot;
  const auto& snapshot = std::get<cluster::events::snapshot>(event.body);
  const auto rule = shared_.rules.find(event.topic->name);
  switch (task.request.route) {
    case api_route::history:
      return api_text::history(event, snapshot);
    case api_route::presence:
      if (snapshot.presence) return std::string{snapshot.presence->data.view()};
      if (rule && rule->rule.presence.mode == presence_mode::full) {
        return error{errc::payload_too_large,
                     "the room is over presence.full_max, or, in a cluster, its list is too long: "
                     "see /api/room for the number of members"};
      }
      return error{errc::not_found, "presence.mode keeps no list here: see /api/room"};
    default:
      return room_text(reply);
  }
}

result<std::string> api_actor::room_text(const api_reply& reply) const {
  const auto owner = shared_.name_of(reply.owner);
  if (owner.empty()) return errc::unavailable;  // it has answered and left
  const auto& event = *reply.snapshot;
  const auto rule = shared_.rules.find(event.topic->name);
  return api_text::room(
      {event.topic, rule ? std::string(name_of(rule->rule.kind)) : "", event.epoch_text, event.at,
       std::get<cluster::events::snapshot>(event.body).members},
      owner);
}

/// Refuses the calls that have waited too long for their turn, and drops those whose edges have not
/// answered.
void api_actor::drop_calls(time_point now) {
  for (const auto each : pacer_.take_old(now - turn_timeout)) {
    const auto slot = *tasks_.take_call(each);
    tasks_.find(slot.task)->answer(slot.index, errc::unavailable);
    finish_if_done(slot.task);
  }
  for (const auto& each : tasks_.drop_old(now - answer_timeout)) {
    pacer_.end(each.request_id);
    edges_.give_back(each.topic, now);
  }
  send_next();
}

}  // namespace roost::actors
