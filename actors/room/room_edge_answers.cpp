// How an edge answers the requests of its members.
#include <utility>

#include "actors/room/room_edge.hpp"

namespace roost::actors {

using net::reply_status;

namespace {

constexpr std::string_view empty_object = "{}";

/// {"epoch","offset"}, with "recovered" and "missed" if the join asked for resume or history.
std::string join_response(const cluster::event& what) {
  auto out = net::position_json({what.epoch_text, what.joined_at});
  if (!what.recovered) return out;
  out.pop_back();
  out += *what.recovered ? R"(,"recovered":true,"missed":)" : R"(,"recovered":false,"missed":)";
  return out + std::to_string(what.missed) + "}";
}

}  // namespace

void room_edge::owner_answered(const cluster::event& what, edge_effects& out) {
  if (queue_.front_number() != what.number || what.number == 0) return;  // a duplicate answer
  auto to = queue_.take_front();
  switch (to.asked.what) {
    case edge_request::kind::join:
      --joins_waiting_;
      answer_join(to, what, out);
      break;
    case edge_request::kind::push:
    case edge_request::kind::describe:
    case edge_request::kind::mark_read:
      answer_push(std::move(to), what, out);
      break;
    case edge_request::kind::leave:
    case edge_request::kind::close:
      answer_leave(to, out);
      break;
    case edge_request::kind::publish:
      answer_publish(to, what, out);
      break;
    case edge_request::kind::answer:
    case edge_request::kind::gone:
    case edge_request::kind::look:
      break;
  }
  answer_what_needs_no_owner(out);
}

direct room_edge::reply(const edge_entry& to, reply_status status,
                        std::string_view response) const {
  direct out;
  out.to = to.asked.from;
  out.serial = to.asked.serial;
  out.format = to.asked.format;
  out.gives_credit = true;
  out.credit_bytes = to.asked.bytes_in;
  out.is_refusal = status == reply_status::error;
  // As Phoenix: a reply to a message without a channel has a null join_ref (docs/protocol.md).
  const bool has_channel = to.asked.why != errc::unmatched_topic;
  out.first = net::encode_reply(to.asked.format, has_channel ? to.asked.join_ref : net::ref{},
                                to.asked.reference, {where_.name}, status, {response});
  if (to.closes_old) {
    out.second = net::encode_push(to.asked.format, to.old_join_ref, to.old_join_ref, {where_.name},
                                  "phx_close", {empty_object});
  }
  return out;
}

void room_edge::answer_join(const edge_entry& to, const cluster::event& what, edge_effects& out) {
  const bool is_in = what.what == cluster::event::kind::joined;
  auto answer = is_in ? reply(to, reply_status::ok, join_response(what))
                      : reply(to, reply_status::error, net::error_response(what.why));
  if (!is_in) answer.refused = what.why;
  ++(is_in ? out.joins_ok : out.joins_refused);
  auto* const latest = channel_of(to.asked.from, to.asked.serial);
  if (is_in && latest) {
    if (what.recovered) ++(*what.recovered ? out.recovered : out.not_recovered);
    attach(*latest, to.asked.from);
    answer.action = direct::then::attach;
    answer.page = first_page(to, *latest, what, out);
  } else if (latest) {
    answer.action = direct::then::end;
    if (latest->is_leaving) ended_early_[to.asked.from.value] = to.asked.serial;
    channels_.erase(to.asked.from.value);
  }
  out.directs.push_back(std::move(answer));
}

void room_edge::answer_leave(edge_entry& to, edge_effects& out) {
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
  if (to.asked.what == edge_request::kind::close) {  // the server closes; there is no reply
    answer.first = std::exchange(answer.second, {});
    answer.gives_credit = false;
  }
  answer.action = direct::then::end;
  if (auto* const left = channel_of(to.asked.from, to.asked.serial)) {
    if (left->is_attached) detach(*left, to.asked.from);
    channels_.erase(to.asked.from.value);
  }
  out.directs.push_back(std::move(answer));
}

void room_edge::answer_push(edge_entry&& to, const cluster::event& what, edge_effects& out) {
  using kind = cluster::event::kind;
  if (what.what == kind::refused) return refuse(std::move(to), what.why, out);
  if (what.what == kind::repeated) ++out.repeated;
  const bool has_place = what.what == kind::ordered || what.what == kind::repeated;
  const auto response = has_place ? net::position_json({what.epoch_text, what.at}) : "{}";
  out.directs.push_back(reply(to, reply_status::ok, response));
}

void room_edge::refuse(edge_entry&& to, errc why, edge_effects& out) {
  to.asked.why = why;
  out.directs.push_back(reply(to, reply_status::error, net::error_response(why)));
  out.directs.back().refused = why;
  out.pushes_refused.push_back(why);
}

void room_edge::answer_what_needs_no_owner(edge_effects& out) {
  while (!queue_.empty() && queue_.front_number() == 0) {
    auto front = queue_.take_front();
    if (front.asked.what == edge_request::kind::push) {
      auto* const by = channel_of(front.asked.from, front.asked.serial);
      if (by) --by->ephemeral_waiting;
      say_ephemeral(std::move(front), out);
    } else if (!front.asked.event.empty()) {  // a push that this edge refused
      const auto why = front.asked.why;
      refuse(std::move(front), why, out);
    } else if (front.asked.why == errc::none) {
      out.directs.push_back(reply(front, reply_status::ok, empty_object));
    } else {
      out.directs.push_back(
          reply(front, reply_status::error, net::error_response(front.asked.why)));
    }
  }
}

}  // namespace roost::actors
