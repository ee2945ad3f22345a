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
std::string join_response(const events::joined& joined) {
  auto out = net::position_json(joined.at);
  if (!joined.recovered) return out;
  out.pop_back();
  out += *joined.recovered ? R"(,"recovered":true,"missed":)" : R"(,"recovered":false,"missed":)";
  return out + std::to_string(joined.missed) + "}";
}

/// The response of the room's own, or `text` if there is none.
payload_view view_or(const payload* response, std::string_view text) {
  return response && response->data.size > 0 ? view_of(*response) : payload_view{text};
}

}  // namespace

void room_edge::take(const cluster::event_ptr&, const events::left& left, edge_effects& out) {
  owner_answered({.command = left.command}, out);
}

void room_edge::take(const cluster::event_ptr&, const events::done& done, edge_effects& out) {
  owner_answered({.command = done.command, .response = &done.response}, out);
}

void room_edge::take(const cluster::event_ptr&, const events::repeated& repeated,
                     edge_effects& out) {
  owner_answered({.command = repeated.command, .at = repeated.at, .is_repeated = true}, out);
}

void room_edge::take(const cluster::event_ptr&, const events::refused& refused, edge_effects& out) {
  owner_answered(
      {.command = refused.command, .refused = refused.why, .response = &refused.response}, out);
}

void room_edge::owner_answered(const cluster::event& event, const events::ordered& ordered,
                               edge_effects& out) {
  if (!ordered.is_answer || !is_mine(ordered.command)) return;
  owner_answered({.command = ordered.command, .at = position{event.epoch_text, event.at}}, out);
}

void room_edge::owner_answered(const owner_answer& answer, edge_effects& out) {
  const auto number = answer.command.number;
  if (!is_mine(answer.command) || number == 0) return;
  if (pending_.front_number() != number) return;  // a duplicate answer
  note_progress();
  const bool is_late = pending_.is_front_silent();
  auto to = pending_.take_front();
  if (answer.refused == errc::none) note_meta(to);
  is_late ? answer_late(to, answer, out) : this->answer(std::move(to), answer, out);
  answer_local(out);
}

void room_edge::answer(pending_request&& to, const owner_answer& answer, edge_effects& out) {
  switch (to.request.kind) {
    case edge_request_kind::join:
      --joins_waiting_;
      answer_join(to, answer, out);
      break;
    case edge_request_kind::push:
    case edge_request_kind::update_meta:
    case edge_request_kind::mark_read:
      answer_push(std::move(to), answer, out);
      break;
    case edge_request_kind::leave:
    case edge_request_kind::close:
      answer_leave(to, out);
      break;
    case edge_request_kind::publish:
      answer_publish(to, answer, out);
      break;
    case edge_request_kind::answer:
    case edge_request_kind::gone:
    case edge_request_kind::query:
      break;
  }
}

unicast room_edge::reply(const pending_request& to, reply_status status,
                         payload_view response) const {
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
                                to.request.reference, {topic_.name}, status, response);
  if (to.closes_old) {
    out.second = net::encode_push(to.request.format, to.old_join_ref, to.old_join_ref,
                                  {topic_.name}, "phx_close", {empty_object});
  }
  return out;
}

void room_edge::answer_join(const pending_request& to, const owner_answer& answer,
                            edge_effects& out) {
  const auto* joined = answer.joined;
  const auto text = joined ? join_response(*joined) : net::error_response(answer.refused);
  auto sent = joined ? reply(to, reply_status::ok, {text})
                     : reply(to, reply_status::error, view_or(answer.response, text));
  if (!joined) sent.refused = answer.refused;
  ++(joined ? out.joins_ok : out.joins_refused);
  auto* const latest = channel_of(to.request.from, to.request.serial);
  if (joined && latest) {
    if (joined->recovered) ++(*joined->recovered ? out.recovered : out.not_recovered);
    subscribe(*latest, to.request.from);
    sent.action = unicast::action_kind::subscribe;
    sent.page = first_page(to, *latest, *joined, out);
  } else if (latest) {
    sent.action = unicast::action_kind::end_channel;
    if (latest->is_leaving) ended_early_[to.request.from.value] = to.request.serial;
    erase(to.request.from);
  }
  out.unicasts.push_back(std::move(sent));
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
  auto answer = why == errc::none ? reply(to, reply_status::ok, {empty_object})
                                  : reply(to, reply_status::error, {net::error_response(why)});
  if (to.request.kind == edge_request_kind::close) {  // the server closes; there is no reply
    answer.first = std::exchange(answer.second, {});
    answer.gives_credit = false;
  }
  answer.action = unicast::action_kind::end_channel;
  if (auto* const left = channel_of(to.request.from, to.request.serial)) {
    if (left->is_subscribed) unsubscribe(*left, to.request.from);
    erase(to.request.from);
  }
  out.unicasts.push_back(std::move(answer));
}

void room_edge::answer_push(pending_request&& to, const owner_answer& answer, edge_effects& out) {
  const bool is_orphan = to.request.why != errc::none;
  if (is_orphan || (answer.refused != errc::none && to.is_uncertain)) {
    return refuse(std::move(to), errc::unknown_outcome, nullptr, out);
  }
  if (answer.refused != errc::none) {
    return refuse(std::move(to), answer.refused, answer.response, out);
  }
  if (answer.is_repeated) ++out.repeated;
  const auto response = answer.at ? net::position_json(*answer.at) : std::string(empty_object);
  out.unicasts.push_back(reply(to, reply_status::ok, view_or(answer.response, response)));
}

void room_edge::refuse(pending_request&& to, errc why, const payload* response, edge_effects& out) {
  to.request.why = why;
  const auto text = net::error_response(why);
  out.unicasts.push_back(reply(to, reply_status::error, view_or(response, text)));
  out.unicasts.back().refused = why;
  out.pushes_refused.push_back(why);
}

void room_edge::answer_local(edge_effects& out) {
  for (const auto* next = pending_.first_waiting(); next && next->number == 0;
       next = pending_.first_waiting()) {
    auto front = pending_.take_waiting();
    if (front.request.kind == edge_request_kind::push) {
      auto* const sender = channel_of(front.request.from, front.request.serial);
      if (sender) --sender->ephemeral_waiting;
      publish_ephemeral(std::move(front), out);
    } else if (!front.request.event.empty()) {  // a push that this edge refused
      const auto why = front.request.why;
      refuse(std::move(front), why, nullptr, out);
    } else if (front.request.why == errc::none) {
      out.unicasts.push_back(reply(front, reply_status::ok, {empty_object}));
    } else {
      out.unicasts.push_back(
          reply(front, reply_status::error, {net::error_response(front.request.why)}));
    }
  }
}

}  // namespace roost::actors
