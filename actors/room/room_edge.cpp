#include "actors/room/room_edge.hpp"

#include <boost/unordered/unordered_flat_set.hpp>
#include <string>
#include <utility>

#include "net/protocol/codec.hpp"

namespace roost::actors {

using cluster::command;
using net::reply_status;

namespace {

constexpr std::string_view empty_object = "{}";
constexpr std::string_view crash_payload = R"({"reason":"channel_crash"})";

cluster::body carried(net::payload body) {
  return {std::move(body.data), body.kind == net::payload_kind::binary};
}

net::payload_view shown(const cluster::body& body) {
  return {body.data.view(), body.is_binary ? net::payload_kind::binary : net::payload_kind::json};
}

}  // namespace

void edge_effects::clear() {
  commands.clear();
  directs.clear();
  has_broadcast = false;
  for (auto& each : frames) each = {};
  except = {};
  joins_ok = joins_refused = 0;
  pushes_refused.clear();
}

void room_edge::request(edge_request what, edge_effects& out) {
  switch (what.what) {
    case edge_request::kind::join:
      join(std::move(what), out);
      break;
    case edge_request::kind::push:
      ask(command::kind::push, {std::move(what)}, out);
      break;
    case edge_request::kind::leave:
      leave(std::move(what), out);
      break;
    case edge_request::kind::answer:
      waiting_.push_back({std::move(what)});
      answer_what_needs_no_owner(out);
      break;
    case edge_request::kind::gone:
      gone(what, out);
      break;
  }
}

void room_edge::ask(command::kind what, entry about, edge_effects& out) {
  command next;
  next.where = where_;
  next.from = self_;
  next.number = about.number = next_number_++;
  next.what = what;
  next.member = about.asked.from;
  next.event = std::move(about.asked.event);
  next.payload = carried(std::move(about.asked.body));
  about.asked.event.clear();
  about.asked.body = {};
  out.commands.push_back(std::move(next));
  waiting_.push_back(std::move(about));
}

void room_edge::join(edge_request asked, edge_effects& out) {
  entry about;
  auto& now = channels_[asked.from.value];
  if (now.serial != 0 && !now.is_leaving) {  // else its leave closes it
    about.closes_old = true;
    about.old_join_ref = now.join_ref;
  }
  stop(now, asked.from, out);
  now.serial = asked.serial;
  now.format = asked.format;
  now.join_ref = asked.join_ref;
  now.is_leaving = false;
  about.asked = std::move(asked);
  ask(command::kind::join, std::move(about), out);
}

void room_edge::leave(edge_request asked, edge_effects& out) {
  entry about;
  if (auto it = channels_.find(asked.from.value);
      it != channels_.end() && it->second.serial == asked.serial) {
    it->second.is_leaving = true;
    about.closes_old = true;
    about.old_join_ref = it->second.join_ref;  // the leave itself may carry none
  }
  about.asked = std::move(asked);
  ask(command::kind::leave, std::move(about), out);
}

void room_edge::gone(const edge_request& asked, edge_effects& out) {
  auto it = channels_.find(asked.from.value);
  if (it == channels_.end()) return;
  stop(it->second, asked.from, out);
  channels_.erase(it);
  ask(command::kind::leave, {asked}, out);
}

/// The fan-out is told too: the roster must not keep the session alive.
void room_edge::stop(channel& what, connection_id member, edge_effects& out) {
  if (!what.is_attached) return;
  direct last;
  last.to = member;
  last.serial = what.serial;
  last.action = direct::then::detach;
  out.directs.push_back(std::move(last));
  detach(what, member);
}

void room_edge::event(const cluster::event& what, edge_effects& out) {
  if (what.what == cluster::event::kind::crashed) return crash(out);
  const bool is_mine = what.origin == self_;
  if (what.what == cluster::event::kind::ordered) {
    if (what.epoch_text == epoch_text_ && what.at.value != seen_.value + 1) {
      if (what.at <= seen_) return;  // twice
      lost_events(out);
    }
    if (is_mine) owner_answered(what, out);
    broadcast(what, out);
    epoch_text_ = what.epoch_text;
    seen_ = what.at;
  } else if (is_mine) {
    const bool is_join = what.what == cluster::event::kind::joined;
    if (is_join && what.epoch_text == epoch_text_ && what.at > seen_) lost_events(out);
    owner_answered(what, out);
  }
  if (is_mine) answer_what_needs_no_owner(out);
}

void room_edge::owner_answered(const cluster::event& what, edge_effects& out) {
  if (waiting_.empty() || waiting_.front().number != what.number) return;  // answered before
  const entry to = std::move(waiting_.front());
  waiting_.pop_front();
  switch (to.asked.what) {
    case edge_request::kind::join:
      return answer_join(to, what, out);
    case edge_request::kind::push:
      return answer_push(to, what, out);
    case edge_request::kind::leave:
      return answer_leave(to, out);
    case edge_request::kind::answer:
    case edge_request::kind::gone:
      return;
  }
}

direct room_edge::reply(const entry& to, reply_status status, std::string_view response) const {
  direct out;
  out.to = to.asked.from;
  out.serial = to.asked.serial;
  out.format = to.asked.format;
  out.gives_credit = true;
  out.credit_bytes = to.asked.bytes_in;
  // Phoenix answers what has no channel with a null join_ref (phoenix-protocol.md section 3).
  const bool has_channel = to.asked.why != errc::unmatched_topic;
  out.first = net::encode_reply(to.asked.format, has_channel ? to.asked.join_ref : net::ref{},
                                to.asked.reference, {where_.name}, status, {response});
  if (to.closes_old) {
    out.second = net::encode_push(to.asked.format, to.old_join_ref, to.old_join_ref, {where_.name},
                                  "phx_close", {empty_object});
  }
  return out;
}

void room_edge::answer_join(const entry& to, const cluster::event& what, edge_effects& out) {
  const bool is_in = what.what == cluster::event::kind::joined;
  auto answer = is_in ? reply(to, reply_status::ok, net::position_json({what.epoch_text, what.at}))
                      : reply(to, reply_status::error, net::error_response(what.why));
  ++(is_in ? out.joins_ok : out.joins_refused);
  auto it = channels_.find(to.asked.from.value);
  const bool is_latest = it != channels_.end() && it->second.serial == to.asked.serial;
  if (is_in && is_latest) {
    auto& now = it->second;
    answer.action = direct::then::attach;
    now.is_attached = true;
    ++attached_by_format_[now.format.index()];
    const auto loop = loop_of(to.asked.from).value;
    if (attached_by_loop_.size() <= loop) attached_by_loop_.resize(loop + 1U);
    ++attached_by_loop_[loop];
    epoch_text_ = what.epoch_text;
    seen_ = what.at;
  } else if (is_latest) {
    answer.action = direct::then::end;
    channels_.erase(it);
  }
  out.directs.push_back(std::move(answer));
}

void room_edge::answer_leave(const entry& to, edge_effects& out) {
  auto answer = reply(to, reply_status::ok, empty_object);
  answer.action = direct::then::end;
  auto it = channels_.find(to.asked.from.value);
  if (it != channels_.end() && it->second.serial == to.asked.serial) {
    if (it->second.is_attached) detach(it->second, to.asked.from);
    channels_.erase(it);
  }
  out.directs.push_back(std::move(answer));
}

void room_edge::answer_push(const entry& to, const cluster::event& what, edge_effects& out) {
  if (what.what == cluster::event::kind::ordered) {
    out.directs.push_back(
        reply(to, reply_status::ok, net::position_json({what.epoch_text, what.at})));
    return;
  }
  entry about = to;
  about.asked.why = what.why;
  out.directs.push_back(reply(about, reply_status::error, net::error_response(what.why)));
  out.pushes_refused.push_back(what.why);
}

void room_edge::answer_what_needs_no_owner(edge_effects& out) {
  while (!waiting_.empty() && waiting_.front().number == 0) {
    const auto& front = waiting_.front();
    const bool is_ok = front.asked.why == errc::none;
    out.directs.push_back(
        is_ok ? reply(front, reply_status::ok, empty_object)
              : reply(front, reply_status::error, net::error_response(front.asked.why)));
    waiting_.pop_front();
  }
}

void room_edge::broadcast(const cluster::event& what, edge_effects& out) {
  const net::position where{what.epoch_text, what.at};
  for (std::size_t i = 0; i < attached_by_format_.size(); ++i) {
    if (attached_by_format_[i] == 0) continue;
    out.frames[i] = net::encode_broadcast(net::wire_format::at(i), {where_.name}, what.name,
                                          shown(what.payload), &where);
    out.has_broadcast = true;
  }
  if (what.skips_origin && what.origin == self_) out.except = what.member;
}

/// A gap that nothing here can fill: the channels end, so that nothing is skipped in silence, and
/// the owner is told, because for it they are still members.
void room_edge::lost_events(edge_effects& out) {
  std::vector<connection_id> ended;
  for (const auto& [member, now] : channels_) {
    if (now.is_attached) ended.emplace_back(member);
  }
  crash(out);
  for (auto member : ended) {
    entry about;
    about.asked.what = edge_request::kind::gone;
    about.asked.from = member;
    ask(command::kind::leave, std::move(about), out);
  }
}

void room_edge::crash(edge_effects& out) {
  // What waits for the answer to its join stays; that answer says how it goes on.
  boost::unordered_flat_set<std::uint64_t> joining;
  for (auto& each : waiting_) {
    const auto it = channels_.find(each.asked.from.value);
    if (it == channels_.end() || it->second.serial != each.asked.serial) continue;
    if (each.asked.what == edge_request::kind::join) joining.insert(it->first);
    const bool leaves = each.asked.what == edge_request::kind::leave;
    if (leaves && it->second.is_attached) each.closes_old = false;  // phx_error ends it now
  }
  for (auto& [member, now] : channels_) {
    if (now.is_attached) fail(now, connection_id{member}, out);
  }
  boost::unordered::erase_if(
      channels_, [&joining](const auto& each) { return !joining.contains(each.first); });
  epoch_text_.clear();
  seen_ = {};
}

void room_edge::fail(channel& what, connection_id member, edge_effects& out) {
  direct last;
  last.to = member;
  last.serial = what.serial;
  last.format = what.format;
  last.action = direct::then::end;
  last.first = net::encode_push(what.format, what.join_ref, what.join_ref, {where_.name},
                                "phx_error", {crash_payload});
  out.directs.push_back(std::move(last));
  detach(what, member);
}

void room_edge::detach(channel& from, connection_id member) {
  from.is_attached = false;
  --attached_by_format_[from.format.index()];
  --attached_by_loop_[loop_of(member).value];
}

}  // namespace roost::actors
