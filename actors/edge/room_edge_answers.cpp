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

/// {"epoch","offset"}, with "recovered" and "missed" if the join asked for resume or history.
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
  switch (to.asked.kind) {
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
  out.to = to.asked.from;
  out.serial = to.asked.serial;
  out.format = to.asked.format;
  out.gives_credit = true;
  out.credit_bytes = to.asked.bytes_in;
  out.is_refusal = status == reply_status::error;
  // As Phoenix: a reply to a message without a channel has a null join_ref (docs/protocol.md).
  const bool has_channel = to.asked.why != errc::unmatched_topic;
  out.first = net::encode_reply(to.asked.format, has_channel ? to.asked.join_ref : net::ref{},
                                to.asked.reference, {topic_.name}, status, {response});
  if (to.closes_old) {
    out.second = net::encode_push(to.asked.format, to.old_join_ref, to.old_join_ref, {topic_.name},
                                  "phx_close", {empty_object});
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
  auto* const latest = channel_of(to.asked.from, to.asked.serial);
  if (is_in && latest) {
    if (event.recovered) ++(*event.recovered ? out.recovered : out.not_recovered);
    subscribe(*latest, to.asked.from);
    answer.action = unicast::action_kind::subscribe;
    answer.page = first_page(to, *latest, event, out);
  } else if (latest) {
    answer.action = unicast::action_kind::end_channel;
    if (latest->is_leaving) ended_early_[to.asked.from.value] = to.asked.serial;
    channels_.erase(to.asked.from.value);
  }
  out.unicasts.push_back(std::move(answer));
}

void room_edge::answer_leave(pending_request& to, edge_effects& out) {
  // The channel has ended already: answer the leave without a second phx_close.
  if (const auto early = ended_early_.find(to.asked.from.value);
      early != ended_early_.end() && early->second == to.asked.serial) {
    ended_early_.erase(early);
    to.closes_old = false;
  }
  // Set if the connection refused a rejoin: the old channel ends, the join gets this error.
  const auto why = to.asked.why;
  auto answer = why == errc::none ? reply(to, reply_status::ok, empty_object)
                                  : reply(to, reply_status::error, net::error_response(why));
  if (to.asked.kind == edge_request_kind::close) {  // the server closes; there is no reply
    answer.first = std::exchange(answer.second, {});
    answer.gives_credit = false;
  }
  answer.action = unicast::action_kind::end_channel;
  if (auto* const left = channel_of(to.asked.from, to.asked.serial)) {
    if (left->is_subscribed) unsubscribe(*left, to.asked.from);
    channels_.erase(to.asked.from.value);
  }
  out.unicasts.push_back(std::move(answer));
}

void room_edge::answer_push(pending_request&& to, const cluster::event& event, edge_effects& out) {
  using kind = cluster::event_kind;
  if (event.kind == kind::refused) return refuse(std::move(to), event.why, out);
  if (event.kind == kind::repeated) ++out.repeated;
  const bool has_place = event.kind == kind::ordered || event.kind == kind::repeated;
  const auto response = has_place ? net::position_json({event.epoch_text, event.at}) : "{}";
  out.unicasts.push_back(reply(to, reply_status::ok, response));
}

void room_edge::refuse(pending_request&& to, errc why, edge_effects& out) {
  to.asked.why = why;
  out.unicasts.push_back(reply(to, reply_status::error, net::error_response(why)));
  out.unicasts.back().refused = why;
  out.pushes_refused.push_back(why);
}

void room_edge::answer_local(edge_effects& out) {
  while (!pending_.empty() && pending_.front_number() == 0) {
    auto front = pending_.take_front();
    if (front.asked.kind == edge_request_kind::push) {
      auto* const by = channel_of(front.asked.from, front.asked.serial);
      if (by) --by->ephemeral_waiting;
      publish_ephemeral(std::move(front), out);
    } else if (!front.asked.event.empty()) {  // a push that this edge refused
      const auto why = front.asked.why;
      refuse(std::move(front), why, out);
    } else if (front.asked.why == errc::none) {
      out.unicasts.push_back(reply(front, reply_status::ok, empty_object));
    } else {
      out.unicasts.push_back(
          reply(front, reply_status::error, net::error_response(front.asked.why)));
    }
  }
}

}  // namespace roost::actors
