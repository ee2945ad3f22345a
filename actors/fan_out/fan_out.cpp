// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/fan_out.hpp"

namespace roost::actors {

void fan_out::deliver(const fan_out_batch& batch, std::size_t outbox_bytes_max) {
  const bool is_reversed = faults_ && faults_->broadcast_before_reply;
  if (is_reversed) send_broadcasts(batch, outbox_bytes_max);
  for (const auto& each : batch.unicasts) write(batch, each, outbox_bytes_max);
  if (!is_reversed) send_broadcasts(batch, outbox_bytes_max);
}

void fan_out::drained(connection_id member, std::size_t outbox_bytes_max) {
  auto* session = sessions_.find(member);
  if (!session) return pages_.drop(member);
  const net::session_ptr alive(session);
  pages_.drained(*session, outbox_bytes_max);
}

void fan_out::clear() {
  rooms_.clear();
  pages_.clear();
}

std::size_t fan_out::members() const {
  std::size_t sum = 0;
  for (const auto& [incarnation, each] : rooms_) sum += each.members.size();
  return sum;
}

void fan_out::send_broadcasts(const fan_out_batch& batch, std::size_t outbox_bytes_max) {
  if (batch.broadcasts.empty()) return;
  auto it = rooms_.find(batch.edge_incarnation);
  if (it == rooms_.end()) return;
  const auto restart = [&](net::session& session, channel_serial serial) {
    pages_.restart(session, batch.edge_incarnation, serial, outbox_bytes_max);
  };
  std::size_t all_reached = 0;
  for (const auto& each : batch.broadcasts) {
    if (each.is_resync) {
      it->second.members.resync(restart);
      continue;
    }
    const auto max = page_dispatcher::notification_bytes(outbox_bytes_max);
    const auto reached = it->second.members.broadcast(each, max, restart);
    if (reached > 0) counts_.add(each.message_class, reached);
    all_reached += reached;
  }
  counts_.add(metrics::counter::deliveries_out, all_reached);
}

void fan_out::write(const fan_out_batch& batch, const unicast& each, std::size_t outbox_bytes_max) {
  auto* session = sessions_.find(each.to);
  const net::session_ptr alive(session);  // send() may close the session
  if (session) write_messages(batch, each, *session);
  using action = unicast::action_kind;
  if (each.action == action::unsubscribe || each.action == action::end_channel)
    return leave(batch, each, session, outbox_bytes_max);
  if (!session || !session->is_open()) return;
  if (each.action == action::subscribe) {
    auto& to = rooms_[batch.edge_incarnation];
    if (to.topic.name.empty()) to.topic = batch.topic;
    to.members.add(*session, each.serial, each.format);
  }
  if (!each.page) return;
  auto it = rooms_.find(batch.edge_incarnation);
  if (it == rooms_.end()) return;
  pages_.take(*session, batch.edge_incarnation, each, it->second.members, outbox_bytes_max);
  if (faults_ && faults_->live_while_catching_up)
    it->second.members.set_progress(each.to, true, true);
}

void fan_out::write_messages(const fan_out_batch& batch, const unicast& each,
                             net::session& session) {
  send_message(session, each.first, each.first_class);
  send_message(session, each.second, net::message_class::out_close);
  if (each.is_refusal) sender_.send(each.to, request_refused{batch.topic, each.refused});
  const bool keeps_credit =
      faults_ && faults_->keep_credit_of_leave && each.action == unicast::action_kind::end_channel;
  if (each.gives_credit && !keeps_credit) session.release_credit(each.credit_bytes);
}

void fan_out::leave(const fan_out_batch& batch, const unicast& each, net::session* session,
                    std::size_t outbox_bytes_max) {
  const bool is_open = session && session->is_open();
  if (is_open) {
    pages_.ended(*session, batch.edge_incarnation, each.serial, outbox_bytes_max);
  } else {
    pages_.drop(each.to);
  }
  const bool is_kept = faults_ && faults_->keep_closed_member && !is_open;
  if (auto it = rooms_.find(batch.edge_incarnation); it != rooms_.end() && !is_kept) {
    it->second.members.remove(each.to, each.serial);
    if (it->second.members.size() == 0) rooms_.erase(it);
  }
  if (each.action != unicast::action_kind::end_channel) return;
  sender_.send(each.to, channel_ended{batch.topic, each.serial});
}

void fan_out::send_message(net::session& session, const net::encoded_ptr& message,
                           net::message_class message_class) {
  if (message && session.send(message, net::flush_class::small)) counts_.add(message_class);
}

void fan_out::request_page(const page_request& request) {
  const auto it = rooms_.find(request.edge_incarnation);
  if (it != rooms_.end()) sender_.send(it->second.topic, request);
}

}  // namespace roost::actors
