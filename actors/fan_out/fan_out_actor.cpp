// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out_actor.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages/connection_messages.hpp"
#include "actors/messages/end_now.hpp"
#include "net/loop/flusher.hpp"
#include "net/loop/session_registry.hpp"

namespace roost::actors {

caf::behavior fan_out_actor::make_behavior() {
  return {
      [this](fan_out_batch& batch) -> no_answer {
        deliver(batch);
        return {};
      },
      [this](const outbox_drained& message) { drained(message.connection); },
      [this](end_now) {
        rooms_.clear();
        pages_.clear();
        quit();
      },
  };
}

void fan_out_actor::deliver(fan_out_batch& batch) {
  if (faults_ && faults_->broadcast_before_reply) send_broadcasts(batch);
  for (auto& each : batch.unicasts) write(batch, each);
  if (!faults_ || !faults_->broadcast_before_reply) send_broadcasts(batch);
}

void fan_out_actor::send_broadcasts(const fan_out_batch& batch) {
  if (batch.broadcasts.empty()) return;
  auto it = rooms_.find(batch.edge_incarnation);
  if (it == rooms_.end()) return;
  const auto restart = [&](net::session& session, channel_serial serial) {
    pages_.restart(session, batch.edge_incarnation, serial, outbox_bytes_max());
  };
  std::size_t all_reached = 0;
  for (const auto& each : batch.broadcasts) {
    if (each.is_resync) {
      it->second.members.resync(restart);
      continue;
    }
    const auto max = page_dispatcher::notification_bytes(outbox_bytes_max());
    const auto reached = it->second.members.broadcast(each, max, restart);
    if (reached > 0) home().flusher().counts().add(each.message_class, reached);
    all_reached += reached;
  }
  home().flusher().counts().add(metrics::counter::deliveries_out, all_reached);
}

void fan_out_actor::write(const fan_out_batch& batch, unicast& each) {
  auto* session = home().sessions().find(each.to);
  const net::session_ptr alive(session);  // send() may close the session
  if (session) {
    send_message(*session, each.first, each.first_class);
    send_message(*session, each.second, net::message_class::out_close);
    if (each.is_refusal) send_to_connection(each.to, request_refused{batch.topic, each.refused});
    const bool keeps_credit = faults_ && faults_->keep_credit_of_leave &&
                              each.action == unicast::action_kind::end_channel;
    if (each.gives_credit && !keeps_credit) session->release_credit(each.credit_bytes);
  }
  using action = unicast::action_kind;
  if (each.action == action::unsubscribe || each.action == action::end_channel)
    return leave(batch, each, session);
  if (!session || !session->is_open()) return;
  if (each.action == action::subscribe) {
    auto& to = rooms_[batch.edge_incarnation];
    if (to.topic.name.empty()) to.topic = batch.topic;
    to.members.add(*session, each.serial, each.format);
  }
  if (!each.page) return;
  if (auto it = rooms_.find(batch.edge_incarnation); it != rooms_.end()) {
    pages_.take(*session, batch.edge_incarnation, each, it->second.members, outbox_bytes_max());
  }
}

void fan_out_actor::leave(const fan_out_batch& batch, const unicast& each, net::session* session) {
  if (session && session->is_open()) {
    pages_.ended(*session, batch.edge_incarnation, each.serial, outbox_bytes_max());
  } else {
    pages_.drop(each.to);
  }
  if (auto it = rooms_.find(batch.edge_incarnation); it != rooms_.end()) {
    it->second.members.remove(each.to, each.serial);
    if (it->second.members.size() == 0) rooms_.erase(it);
  }
  if (each.action != unicast::action_kind::end_channel) return;
  send_to_connection(each.to, channel_ended{batch.topic, each.serial});
}

void fan_out_actor::send_message(net::session& session, const net::encoded_ptr& message,
                                 net::message_class message_class) {
  if (message && session.send(message, net::flush_class::small))
    home().flusher().counts().add(message_class);
}

template <class Message>
void fan_out_actor::send_to_connection(connection_id member, Message message) {
  if (const auto connection = connections_.find(member)) {
    caf::anon_send(connection, std::move(message));
  }
}

void fan_out_actor::drained(connection_id member) {
  auto* session = home().sessions().find(member);
  if (!session) return pages_.drop(member);
  const net::session_ptr alive(session);
  pages_.drained(*session, outbox_bytes_max());
}

void fan_out_actor::forward_to_edge(const page_request& request) {
  const auto it = rooms_.find(request.edge_incarnation);
  if (it == rooms_.end()) return;
  if (auto edge = edges_.find(it->second.topic)) caf::anon_send(edge, request);
}

}  // namespace roost::actors
