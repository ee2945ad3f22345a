// SPDX-License-Identifier: Apache-2.0
// How an edge passes on the events of a room for one member: messages and kicks.
#include <utility>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/fan_out_batch.hpp"

namespace roost::actors {

/// The channel that this event is for. Null: it is of another node, has ended, or the bus has
/// duplicated or delayed the event.
room_edge::channel* room_edge::receiver_of(const cluster::member_id& member, std::uint64_t number) {
  if (number <= unicasts_) return nullptr;
  unicasts_ = number;
  const auto it = channels_.find(member.connection.value);
  const bool is_here = member.node == self_.node && it != channels_.end();
  return is_here && it->second.is_subscribed ? &it->second : nullptr;
}

void room_edge::take(const cluster::event_ptr&, const events::unicast& sent, edge_effects& out) {
  const auto* const to = receiver_of(sent.to, sent.number);
  if (!to) return;
  unicast next;
  next.to = sent.to.connection;
  next.serial = to->serial;
  next.format = to->format;
  next.first_class = net::message_class::out_unicast;
  next.first = net::encode_push(to->format, to->join_ref(), {}, {topic_.name}, sent.name,
                                view_of(sent.payload));
  out.unicasts.push_back(std::move(next));
}

/// The owner has removed the member already. The leave tells it that this edge has, too; if the
/// member is leaving anyway, its own leave does.
void room_edge::take(const cluster::event_ptr&, const events::kicked& kicked, edge_effects& out) {
  const auto* const to = receiver_of(kicked.member, kicked.number);
  if (!to || to->is_leaving) return;
  end_early(kicked.member.connection, "phx_close", view_of(kicked.payload), out);
}

/// Ends the channel of a member that did not ask for it.
void room_edge::end_early(connection_id member, std::string_view event, payload_view body,
                          edge_effects& out) {
  const auto it = channels_.find(member.value);
  if (it->second.is_leaving) ended_early_[member.value] = it->second.serial;
  end_channel(it->second, member, event, body, out);
  erase(member);
  send_leave(member, out);
}

}  // namespace roost::actors
