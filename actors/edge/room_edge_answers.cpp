// SPDX-License-Identifier: Apache-2.0
// How an edge answers the requests of its members.
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/messages/fan_out_batch.hpp"

namespace roost::actors {

using net::reply_status;

namespace {

constexpr std::string_view empty_object = "{}";

/// {"epoch","offset"}, with "recovered" and "missed" if the join requested resume or history.
std::string join_response(const cluster::event& event) {
  auto out = net::position_json({event.epoch_text, event.joined_at});
  if (!event.recovered) return out;
  out.pop_back();
  out += *event.recovered ? R"(,"recovered":true,"missed":)" : R"(,"recovered":false,"missed":)";
  return out + std::to_string(event.missed) + "}";
}

}  // namespace

void room_edge::owner_answered(const cluster::event& event, edge_effects& out) {
  if (pending_.front_number() != event.number || event.number == 0) return;  // a duplicate answer
  auto to = pending_.take_front();
  switch (to.request.kind) {
    case edge_request_kind::join:
      --joins_waiting_;
      answer_join(to, event, out);
      break;
    case edge_request_kind::push:
    case edge_request_kind::describe:
    case edge_request_kind::mark_read:
      answer_push(std::move(to), event, out);
      break;
    case edge_request_kind::leave:
    case edge_request_kind::close:
      answer_leave(to, out);
      break;
    case edge_request_kind::publish:
      answer_publish(to, event, out);
      break;
    case edge_request_kind::answer:
    case edge_request_kind::gone:
    case edge_request_kind::query:
      break;
  }
  answer_local(out);
}

unicast room_edge::reply(const pending_request& to, reply_status status,
                         std::string_view response) const {
  unicast out;
  out.to = to.request.from;
  out.serial = to.request.serial;
  out.format = to.request.format;
  out.gives_credit = true;
  out.credit_bytes = to.request.bytes_in;
  out.is_refusal = status == reply_status::error;
  // As Phoenix: a reply to a message without a channel has a null join_ref (docs/protocol.md).
  const bool has_channel = to.request.why != errc::unmatched_topic;
  out.first = net::encode_reply(to.request.format, has_channel ? to.request.join_ref : net::ref{},
                                to.request.reference, {topic_.name}, status, {response});
  if (to.closes_old) {
    out.second = net::encode_push(to.request.format, to.old_join_ref, to.old_join_ref,
                                  {topic_.name}, "phx_close", {empty_object});
  }
  return out;
}

void room_edge::answer_join(const pending_request& to, const cluster::event& event,
                            edge_effects& out) {
  const bool is_in = event.kind == cluster::event_kind::joined;
  auto answer = is_in ? reply(to, reply_status::ok, join_response(event))
                      : reply(to, reply_status::error, net::error_response(event.why));
  if (!is_in) answer.refused = event.why;
  ++(is_in ? out.joins_ok : out.joins_refused);
  auto* const latest = channel_of(to.request.from, to.request.serial);
  if (is_in && latest) {
    if (event.recovered) ++(*event.recovered ? out.recovered : out.not_recovered);
    subscribe(*latest, to.request.from);
    answer.action = unicast::action_kind::subscribe;
    answer.page = first_page(to, *latest, event, out);
  } else if (latest) {
    answer.action = unicast::action_kind::end_channel;
    if (latest->is_leaving) ended_early_[to.request.from.value] = to.request.serial;
    channels_.erase(to.request.from.value);
  }
  out.unicasts.push_back(std::move(answer));
}

void room_edge::answer_leave(pending_request& to, edge_effects& out) {
  // The channel has ended already: answer the leave without a second phx_close.
  if (const auto early = ended_early_.find(to.request.from.value);
      early != ended_early_.end() && early->second == to.request.serial) {
    ended_early_.erase(early);
    to.closes_old = false;
  }
  // If the connection refused a rejoin, the old channel ends and the join gets this error.
  const auto why = to.request.why;
  auto answer = why == errc::none ? reply(to, reply_status::ok, empty_object)
                                  : reply(to, reply_status::error, net::error_response(why));
  if (to.request.kind == edge_request_kind::close) {  // the server closes; there is no reply
    answer.first = std::exchange(answer.second, {});
    answer.gives_credit = false;
  }
  answer.action = unicast::action_kind::end_channel;
  if (auto* const left = channel_of(to.request.from, to.request.serial)) {
    if (left->is_subscribed) unsubscribe(*left, to.request.from);
    channels_.erase(to.request.from.value);
  }
  out.unicasts.push_back(std::move(answer));
}

void room_edge::answer_push(pending_request&& to, const cluster::event& event, edge_effects& out) {
  using kind = cluster::event_kind;
  if (event.kind == kind::refused) return refuse(std::move(to), event.why, out);
  if (event.kind == kind::repeated) ++out.repeated;
  const bool has_position = event.kind == kind::ordered || event.kind == kind::repeated;
  const auto response = has_position ? net::position_json({event.epoch_text, event.at}) : "{}";
  out.unicasts.push_back(reply(to, reply_status::ok, response));
}

void room_edge::refuse(pending_request&& to, errc why, edge_effects& out) {
  to.request.why = why;
  out.unicasts.push_back(reply(to, reply_status::error, net::error_response(why)));
  out.unicasts.back().refused = why;
  out.pushes_refused.push_back(why);
}

void room_edge::answer_local(edge_effects& out) {
  while (!pending_.empty() && pending_.front_number() == 0) {
    auto front = pending_.take_front();
    if (front.request.kind == edge_request_kind::push) {
      auto* const sender = channel_of(front.request.from, front.request.serial);
      if (sender) --sender->ephemeral_waiting;
      publish_ephemeral(std::move(front), out);
    } else if (!front.request.event.empty()) {  // a push that this edge refused
      const auto why = front.request.why;
      refuse(std::move(front), why, out);
    } else if (front.request.why == errc::none) {
      out.unicasts.push_back(reply(front, reply_status::ok, empty_object));
    } else {
      out.unicasts.push_back(
          reply(front, reply_status::error, net::error_response(front.request.why)));
    }
  }
}

}  // namespace roost::actors
