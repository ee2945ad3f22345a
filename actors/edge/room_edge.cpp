// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/room_edge.hpp"

#include <string>
#include <utility>

#include "actors/rules/payload_field.hpp"
#include "cluster/phx_ref.hpp"

namespace roost::actors {

room_edge::room_edge(roost::topic topic, cluster::edge_id self, const compiled_rule& rule,
                     bool bus_may_lose, const fault_injection* faults)
    : topic_(std::move(topic)),
      self_(self),
      rule_(&rule),
      faults_(faults),
      pending_(topic_, self, bus_may_lose),
      attaching_(bus_may_lose ? std::make_unique<attach_state>() : nullptr) {}

void room_edge::request(edge_request&& request, time_point now, edge_effects& out) {
  pending_.set_time(now);
  switch (request.kind) {
    case edge_request_kind::join:
      join(std::move(request), out);
      break;
    case edge_request_kind::push:
      push(std::move(request), out);
      break;
    case edge_request_kind::update_meta:
      update_meta(std::move(request), out);
      break;
    case edge_request_kind::mark_read:
      mark_read(std::move(request), out);
      break;
    case edge_request_kind::leave:
    case edge_request_kind::close:
      leave(std::move(request), out);
      break;
    case edge_request_kind::answer:
      pending_.add_local({std::move(request), {}});
      answer_local(out);
      break;
    case edge_request_kind::gone:
      gone(request, out);
      break;
    case edge_request_kind::publish:
      publish(std::move(request), out);
      break;
    case edge_request_kind::query:
      query(*request.call, now, out);
      break;
  }
  trim_recent();
}

void room_edge::trim_recent() {
  if (!needs_recent()) recent_.clear();
}

/// A request of a channel that has ended here must not reach the owner, which may still count the
/// member. No request reaches an owner that has left too many without an answer.
const room_edge::channel* room_edge::sender_of(edge_request& request, edge_effects& out) {
  const auto* found = channel_of(request.from, request.serial);
  if (found && !pending_.is_full()) return found;
  request.kind = edge_request_kind::answer;
  request.why = found ? errc::unavailable : errc::unmatched_topic;
  pending_.add_local({std::move(request), {}});
  answer_local(out);
  return nullptr;
}

void room_edge::update_meta(edge_request request, edge_effects& out) {
  const auto* sender = sender_of(request, out);
  if (!sender) return;
  commands::update_meta body{sender->user(), std::exchange(request.payload, {})};
  pending_.add_command({std::move(request)}, std::move(body), out.commands);
}

void room_edge::mark_read(edge_request request, edge_effects& out) {
  const auto* sender = sender_of(request, out);
  if (!sender) return;
  commands::mark_read body{sender->user(), {}};
  if (request.options) body.at = request.options->resume.value_or(position{});
  pending_.add_command({std::move(request)}, std::move(body), out.commands);
}

void room_edge::join(edge_request request, edge_effects& out) {
  pending_request entry;
  auto& current = channels_[request.from.value];
  // If it is leaving, the answer to its leave closes it.
  const bool was_member = current.serial != 0 && !current.is_leaving;
  if (was_member) {
    entry.closes_old = true;
    entry.old_join_ref = current.end_ref();
  }
  stop(current, request.from, out);
  current.serial = request.serial;
  current.format = request.format;
  current.is_implied = request.join_ref.is_null();
  current.join_ref_json = compact_text{channel_ref(request).json};
  current.is_leaving = false;
  current.ephemeral_waiting = 0;
  current.user_name = compact_text{request.user};
  commands::join body;
  body.user = request.user;
  if (const auto* options = request.options.get()) {
    body.meta.data = slice::of(bytes_ptr::copy(options->meta));
    body.resume = options->resume;
    body.history = options->history;
  }
  request.payload = {};
  const auto member = request.from;
  entry.request = std::move(request);
  ++joins_waiting_;
  if (pending_.is_full()) {
    const cluster::command_id none;
    answer(std::move(entry), {.command = none, .refused = errc::unavailable}, out);
    if (was_member) send_leave(member, out);
    return;
  }
  if (attaching_) attaching_->members[member.value] = {member, body.user, body.meta, 0};
  pending_.add_command(std::move(entry), std::move(body), out.commands);
  if (attaching_)
    attaching_->members[member.value].phx_ref = cluster::phx_ref_of(out.commands.back().id);
}

void room_edge::leave(edge_request request, edge_effects& out) {
  pending_request entry;
  if (auto* const left = channel_of(request.from, request.serial)) {
    left->is_leaving = true;
    entry.closes_old = true;
    entry.old_join_ref = left->end_ref();  // the leave may have no join_ref
  }
  entry.request = std::move(request);
  pending_.add_command(std::move(entry), commands::leave{}, out.commands);
}

/// The channel with this serial; null if it has ended or was replaced by a later join.
room_edge::channel* room_edge::channel_of(connection_id member, channel_serial serial) {
  const auto it = channels_.find(member.value);
  return it != channels_.end() && it->second.serial == serial ? &it->second : nullptr;
}

void room_edge::push(edge_request&& request, edge_effects& out) {
  pending_request entry{std::move(request), {}};
  ++(rule_->is_ephemeral(entry.request.event) ? out.ephemeral_in : out.pushes_in);
  const bool is_binary = entry.request.payload.kind == payload_kind::binary;
  const auto text = entry.request.payload.data.view();
  entry.request.why = rule_->check(entry.request.event, text, is_binary);
  if (entry.request.why != errc::none) {
    entry.request.kind = edge_request_kind::answer;
    pending_.add_local(std::move(entry));
    return answer_local(out);
  }
  if (rule_->is_ephemeral(entry.request.event)) {
    // Answer at once, unless the join or an earlier ephemeral push of the channel still waits.
    auto* const sender = channel_of(entry.request.from, entry.request.serial);
    if (sender && sender->is_subscribed && sender->ephemeral_waiting == 0) {
      return publish_ephemeral(std::move(entry), out);
    }
    if (sender) ++sender->ephemeral_waiting;
    pending_.add_local(std::move(entry));
    return answer_local(out);
  }
  const auto* sender = sender_of(entry.request, out);
  if (!sender) return;
  // Only the owner needs event and payload.
  auto key = idempotency_key_of(entry.request);
  commands::push body{sender->user(), std::exchange(entry.request.event, {}),
                      std::exchange(entry.request.payload, {}), std::move(key)};
  pending_.add_command(std::move(entry), std::move(body), out.commands);
}

std::string room_edge::idempotency_key_of(const edge_request& request) const {
  const bool is_binary = request.payload.kind == payload_kind::binary;
  if (rule_->rule.idempotency_field.empty() || is_binary) return {};
  return payload_field(request.payload.data.view(), rule_->rule.idempotency_field).value_or("");
}

void room_edge::publish_ephemeral(pending_request&& entry, edge_effects& out) {
  const auto* const sender = channel_of(entry.request.from, entry.request.serial);
  if (!sender || !sender->is_subscribed)
    return refuse(std::move(entry), errc::unmatched_topic, nullptr, out);
  out.unicasts.push_back(reply(entry, net::reply_status::ok, {"{}"}));
  give_ephemeral(std::move(entry.request), out);
}

/// Gives the event to this node's members at once; the owner passes it on to other nodes.
void room_edge::give_ephemeral(edge_request&& request, edge_effects& out) {
  const events::ephemeral body{std::move(request.event), std::move(request.payload)};
  out.broadcasts.push_back(make_broadcast(body));
  if (!rule_->rule.echo) out.broadcasts.back().except = request.from;
  if (attaching_)
    out.commands.push_back(pending_.unqueued(commands::ephemeral{body.name, body.payload}));
}

void room_edge::gone(const edge_request& request, edge_effects& out) {
  auto it = channels_.find(request.from.value);
  if (it == channels_.end()) return;
  stop(it->second, request.from, out);
  erase(request.from);
  send_leave(request.from, out);
}

void room_edge::erase(connection_id member) {
  channels_.erase(member.value);
  if (attaching_) attaching_->members.erase(member.value);
}

/// Sends a leave for a connection that the owner still counts as a member; no reply is written.
void room_edge::send_leave(connection_id member, edge_effects& out) {
  pending_request entry;
  entry.request.kind = edge_request_kind::gone;
  entry.request.from = member;
  pending_.add_command(std::move(entry), commands::leave{}, out.commands);
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

void room_edge::unsubscribe(channel& subscriber, connection_id member) {
  subscriber.is_subscribed = false;
  --subscribed_;
  --subscribed_by_format_[subscriber.format.index()];
  --subscribed_by_loop_[loop_of(member).value];
  catching_up_.erase(member.value);
}

}  // namespace roost::actors
