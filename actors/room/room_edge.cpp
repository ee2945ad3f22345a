#include "actors/room/room_edge.hpp"

#include <string>
#include <utility>

#include "actors/room/body_of.hpp"
#include "actors/room/payload_field.hpp"

namespace roost::actors {

using cluster::command;

room_edge::room_edge(topic where, cluster::edge_id self, const room_plan& plan, bool bus_may_lose,
                     const planted_faults* faults)
    : where_(std::move(where)),
      self_(self),
      plan_(&plan),
      faults_(faults),
      queue_(where_, self, bus_may_lose) {}

void room_edge::request(edge_request&& what, edge_effects& out) {
  switch (what.what) {
    case edge_request::kind::join:
      join(std::move(what), out);
      break;
    case edge_request::kind::push:
      push(std::move(what), out);
      break;
    case edge_request::kind::describe:
      ask(command::kind::describe, {std::move(what), {}}, out);
      break;
    case edge_request::kind::mark_read:
      ask(command::kind::mark_read, {std::move(what), {}}, out);
      break;
    case edge_request::kind::leave:
    case edge_request::kind::close:
      leave(std::move(what), out);
      break;
    case edge_request::kind::answer:
      queue_.wait({std::move(what), {}});
      answer_what_needs_no_owner(out);
      break;
    case edge_request::kind::gone:
      gone(what, out);
      break;
    case edge_request::kind::publish:
      publish(std::move(what), out);
      break;
    case edge_request::kind::look:
      look(*what.errand, out);
      break;
  }
  trim_ring();
}

void room_edge::trim_ring() {
  if (!needs_ring()) ring_.let_go();
}

/// Moves event and payload into the command: only the owner needs them.
void room_edge::ask(command::kind what, edge_entry&& about, edge_effects& out, std::string once) {
  command next;
  next.what = what;
  next.once = std::move(once);
  next.event = std::exchange(about.asked.event, {});
  next.payload = body_of(std::exchange(about.asked.body, {}));
  if (const auto* options = about.asked.options.get()) {
    next.from_place = options->resume;
    next.history = options->history;
  }
  if (auto it = channels_.find(about.asked.from.value); it != channels_.end()) {
    next.user = it->second.user;
  }
  queue_.ask(std::move(about), std::move(next), out.commands);
}

void room_edge::join(edge_request asked, edge_effects& out) {
  edge_entry about;
  auto& now = channels_[asked.from.value];
  if (now.serial != 0 && !now.is_leaving) {  // if it is leaving, the answer to its leave closes it
    about.closes_old = true;
    about.old_join_ref = now.end_ref();
  }
  stop(now, asked.from, out);
  now.serial = asked.serial;
  now.format = asked.format;
  now.is_implied = asked.join_ref.is_null();
  now.join_ref = channel_ref(asked);
  now.is_leaving = false;
  now.ephemeral_waiting = 0;
  now.user = asked.user;
  asked.body = {};
  if (asked.options) asked.body.data = slice::of(bytes_ptr::copy(asked.options->meta));
  about.asked = std::move(asked);
  ++joins_waiting_;
  ask(command::kind::join, std::move(about), out);
}

void room_edge::leave(edge_request asked, edge_effects& out) {
  edge_entry about;
  if (auto* const left = channel_of(asked.from, asked.serial)) {
    left->is_leaving = true;
    about.closes_old = true;
    about.old_join_ref = left->end_ref();  // the leave may have no join_ref
  }
  about.asked = std::move(asked);
  ask(command::kind::leave, std::move(about), out);
}

/// The channel with this serial; null if it has ended or was replaced by a later join.
room_edge::channel* room_edge::channel_of(connection_id member, channel_serial serial) {
  const auto it = channels_.find(member.value);
  return it != channels_.end() && it->second.serial == serial ? &it->second : nullptr;
}

void room_edge::push(edge_request&& asked, edge_effects& out) {
  edge_entry about{std::move(asked), {}};
  ++(plan_->is_ephemeral(about.asked.event) ? out.ephemeral_in : out.pushes_in);
  const bool is_binary = about.asked.body.kind == net::payload_kind::binary;
  const auto text = about.asked.body.data.view();
  about.asked.why = plan_->check(about.asked.event, text, is_binary);
  if (about.asked.why != errc::none) {
    about.asked.what = edge_request::kind::answer;
    queue_.wait(std::move(about));
    return answer_what_needs_no_owner(out);
  }
  if (plan_->is_ephemeral(about.asked.event)) {
    // Answer at once, unless the join or an earlier ephemeral push of the channel still waits.
    auto* const by = channel_of(about.asked.from, about.asked.serial);
    if (by && by->is_attached && by->ephemeral_waiting == 0) {
      return say_ephemeral(std::move(about), out);
    }
    if (by) ++by->ephemeral_waiting;
    queue_.wait(std::move(about));
    return answer_what_needs_no_owner(out);
  }
  auto once = once_of(about.asked);
  ask(command::kind::push, std::move(about), out, std::move(once));
}

std::string room_edge::once_of(const edge_request& asked) const {
  const bool is_binary = asked.body.kind == net::payload_kind::binary;
  if (plan_->rule.idempotency_field.empty() || is_binary) return {};
  return payload_field(asked.body.data.view(), plan_->rule.idempotency_field).value_or("");
}

void room_edge::say_ephemeral(edge_entry&& about, edge_effects& out) {
  const auto* const by = channel_of(about.asked.from, about.asked.serial);
  if (!by || !by->is_attached) return refuse(std::move(about), errc::unmatched_topic, out);
  out.directs.push_back(reply(about, net::reply_status::ok, "{}"));
  out.events.push_back(ephemeral_of(std::move(about.asked)));
}

cluster::event_ptr room_edge::ephemeral_of(edge_request from) const {
  cluster::event what;
  what.where = where_;
  what.what = cluster::event::kind::ephemeral;
  what.origin = self_;
  what.member = from.from;
  what.skips_origin = !plan_->rule.echo;
  what.name = std::move(from.event);
  what.payload = body_of(std::move(from.body));
  return cluster::share(std::move(what));
}

void room_edge::gone(const edge_request& asked, edge_effects& out) {
  auto it = channels_.find(asked.from.value);
  if (it == channels_.end()) return;
  stop(it->second, asked.from, out);
  channels_.erase(it);
  tell_gone(asked.from, out);
}

/// Sends a leave for a connection that the owner still counts as a member; no reply is written.
void room_edge::tell_gone(connection_id who, edge_effects& out) {
  edge_entry about;
  about.asked.what = edge_request::kind::gone;
  about.asked.from = who;
  ask(command::kind::leave, std::move(about), out);
}

/// Also detaches in the fan-out, whose roster would otherwise keep the session alive.
void room_edge::stop(channel& what, connection_id member, edge_effects& out) {
  if (!what.is_attached) return;
  direct last;
  last.to = member;
  last.serial = what.serial;
  last.action = direct::then::detach;
  out.directs.push_back(std::move(last));
  detach(what, member);
}

void room_edge::attach(channel& what, connection_id member) {
  what.is_attached = true;
  ++attached_;
  ++attached_by_format_[what.format.index()];
  const auto loop = loop_of(member).value;
  if (attached_by_loop_.size() <= loop) attached_by_loop_.resize(loop + 1U);
  ++attached_by_loop_[loop];
}

void room_edge::detach(channel& from, connection_id member) {
  from.is_attached = false;
  --attached_;
  --attached_by_format_[from.format.index()];
  --attached_by_loop_[loop_of(member).value];
  catching_.erase(member.value);
}

}  // namespace roost::actors
