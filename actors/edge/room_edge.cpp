// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/room_edge.hpp"

#include <string>
#include <utility>

#include "actors/rules/payload_field.hpp"

namespace roost::actors {

using cluster::command;

room_edge::room_edge(roost::topic topic, cluster::edge_id self, const compiled_rule& rule,
                     bool bus_may_lose, const fault_injection* faults)
    : topic_(std::move(topic)),
      self_(self),
      rule_(&rule),
      faults_(faults),
      pending_(topic_, self, bus_may_lose) {}

void room_edge::request(edge_request&& request, edge_effects& out) {
  switch (request.kind) {
    case edge_request_kind::join:
      join(std::move(request), out);
      break;
    case edge_request_kind::push:
      push(std::move(request), out);
      break;
    case edge_request_kind::describe:
      ask(cluster::command_kind::describe, {std::move(request), {}}, out);
      break;
    case edge_request_kind::mark_read:
      ask(cluster::command_kind::mark_read, {std::move(request), {}}, out);
      break;
    case edge_request_kind::leave:
    case edge_request_kind::close:
      leave(std::move(request), out);
      break;
    case edge_request_kind::answer:
      pending_.wait({std::move(request), {}});
      answer_local(out);
      break;
    case edge_request_kind::gone:
      gone(request, out);
      break;
    case edge_request_kind::publish:
      publish(std::move(request), out);
      break;
    case edge_request_kind::query:
      query(*request.call, out);
      break;
  }
  trim_recent();
}

void room_edge::trim_recent() {
  if (!needs_recent()) recent_.clear();
}

/// Moves event and payload into the command: only the owner needs them.
void room_edge::ask(cluster::command_kind kind, pending_request&& about, edge_effects& out,
                    std::string idempotency_key) {
  command next;
  next.kind = kind;
  next.idempotency_key = std::move(idempotency_key);
  next.event = std::exchange(about.asked.event, {});
  next.payload = std::exchange(about.asked.payload, {});
  if (const auto* options = about.asked.options.get()) {
    next.from_position = options->resume;
    next.history = options->history;
  }
  if (auto it = channels_.find(about.asked.from.value); it != channels_.end()) {
    next.user = it->second.user;
  }
  pending_.ask(std::move(about), std::move(next), out.commands);
}

void room_edge::join(edge_request asked, edge_effects& out) {
  pending_request about;
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
  asked.payload = {};
  if (asked.options) asked.payload.data = slice::of(bytes_ptr::copy(asked.options->meta));
  about.asked = std::move(asked);
  ++joins_waiting_;
  ask(cluster::command_kind::join, std::move(about), out);
}

void room_edge::leave(edge_request asked, edge_effects& out) {
  pending_request about;
  if (auto* const left = channel_of(asked.from, asked.serial)) {
    left->is_leaving = true;
    about.closes_old = true;
    about.old_join_ref = left->end_ref();  // the leave may have no join_ref
  }
  about.asked = std::move(asked);
  ask(cluster::command_kind::leave, std::move(about), out);
}

/// The channel with this serial; null if it has ended or was replaced by a later join.
room_edge::channel* room_edge::channel_of(connection_id member, channel_serial serial) {
  const auto it = channels_.find(member.value);
  return it != channels_.end() && it->second.serial == serial ? &it->second : nullptr;
}

void room_edge::push(edge_request&& asked, edge_effects& out) {
  pending_request about{std::move(asked), {}};
  ++(rule_->is_ephemeral(about.asked.event) ? out.ephemeral_in : out.pushes_in);
  const bool is_binary = about.asked.payload.kind == payload_kind::binary;
  const auto text = about.asked.payload.data.view();
  about.asked.why = rule_->check(about.asked.event, text, is_binary);
  if (about.asked.why != errc::none) {
    about.asked.kind = edge_request_kind::answer;
    pending_.wait(std::move(about));
    return answer_local(out);
  }
  if (rule_->is_ephemeral(about.asked.event)) {
    // Answer at once, unless the join or an earlier ephemeral push of the channel still waits.
    auto* const by = channel_of(about.asked.from, about.asked.serial);
    if (by && by->is_subscribed && by->ephemeral_waiting == 0) {
      return publish_ephemeral(std::move(about), out);
    }
    if (by) ++by->ephemeral_waiting;
    pending_.wait(std::move(about));
    return answer_local(out);
  }
  auto idempotency_key = idempotency_key_of(about.asked);
  ask(cluster::command_kind::push, std::move(about), out, std::move(idempotency_key));
}

std::string room_edge::idempotency_key_of(const edge_request& asked) const {
  const bool is_binary = asked.payload.kind == payload_kind::binary;
  if (rule_->rule.idempotency_field.empty() || is_binary) return {};
  return payload_field(asked.payload.data.view(), rule_->rule.idempotency_field).value_or("");
}

void room_edge::publish_ephemeral(pending_request&& about, edge_effects& out) {
  const auto* const by = channel_of(about.asked.from, about.asked.serial);
  if (!by || !by->is_subscribed) return refuse(std::move(about), errc::unmatched_topic, out);
  out.unicasts.push_back(reply(about, net::reply_status::ok, "{}"));
  out.events.push_back(ephemeral_of(std::move(about.asked)));
}

cluster::event_ptr room_edge::ephemeral_of(edge_request from) const {
  cluster::event event;
  event.topic = topic_;
  event.kind = cluster::event_kind::ephemeral;
  event.origin = self_;
  event.member = from.from;
  event.skips_origin = !rule_->rule.echo;
  event.name = std::move(from.event);
  event.payload = std::move(from.payload);
  return cluster::share(std::move(event));
}

void room_edge::gone(const edge_request& asked, edge_effects& out) {
  auto it = channels_.find(asked.from.value);
  if (it == channels_.end()) return;
  stop(it->second, asked.from, out);
  channels_.erase(it);
  tell_gone(asked.from, out);
}

/// Sends a leave for a connection that the owner still counts as a member; no reply is written.
void room_edge::tell_gone(connection_id member, edge_effects& out) {
  pending_request about;
  about.asked.kind = edge_request_kind::gone;
  about.asked.from = member;
  ask(cluster::command_kind::leave, std::move(about), out);
}

/// Also unsubscribes in the fan-out, whose subscribers would otherwise keep the session alive.
void room_edge::stop(channel& subscriber, connection_id member, edge_effects& out) {
  if (!subscriber.is_subscribed) return;
  unicast last;
  last.to = member;
  last.serial = subscriber.serial;
  last.action = unicast::action_kind::unsubscribe;
  out.unicasts.push_back(std::move(last));
  unsubscribe(subscriber, member);
}

void room_edge::subscribe(channel& subscriber, connection_id member) {
  subscriber.is_subscribed = true;
  ++subscribed_;
  ++subscribed_by_format_[subscriber.format.index()];
  const auto loop = loop_of(member).value;
  if (subscribed_by_loop_.size() <= loop) subscribed_by_loop_.resize(loop + 1U);
  ++subscribed_by_loop_[loop];
}

void room_edge::unsubscribe(channel& from, connection_id member) {
  from.is_subscribed = false;
  --subscribed_;
  --subscribed_by_format_[from.format.index()];
  --subscribed_by_loop_[loop_of(member).value];
  catching_.erase(member.value);
}

}  // namespace roost::actors
