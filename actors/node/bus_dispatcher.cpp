// SPDX-License-Identifier: Apache-2.0
#include "actors/node/bus_dispatcher.hpp"

#include <caf/send.hpp>
#include <memory>
#include <utility>

#include "actors/messages/room_messages.hpp"

namespace roost::actors {

void bus_dispatcher::command_arrived(cluster::command&& command) {
  rooms_.dispatch(std::move(command));
}

/// If there is no edge, its room should send no more events. An edge that is created meanwhile is
/// newer than the incarnation that the detach names.
void bus_dispatcher::event_arrived(const cluster::event_ptr& event) {
  const auto newest = edges_.last_incarnation();
  if (auto edge = edges_.find(event->topic)) return caf::anon_send(edge, event);
  if (event->epoch_text.empty()) return;  // no room sent it
  cluster::command detach;
  detach.topic = *event->topic;
  // The in-process bus knows no ownerships.
  detach.ownership = bus_->may_lose() ? event->epoch_number.ownership : 0;
  detach.id.edge = {self_, newest};
  detach.body = cluster::commands::detach{};
  (void)bus_->publish(std::move(detach));
}

void bus_dispatcher::link_broke(node_id node, bool has_left) {
  edges_.send_all(link_is_broken{node});
  if (has_left) rooms_.node_left(node);
}

void bus_dispatcher::owner_changed(cluster::shard_id shard, const cluster::announced_owner& now) {
  rooms_.drop_former(shard, now.ownership);
  const auto finish = [bus = bus_, shard, ownership = now.ownership](const void*) {
    bus->finish_attaching(shard, ownership);
  };
  std::shared_ptr<const void> round;
  if (now.node != node_id{}) round = {this, finish};
  edges_.send_all(shard_has_owner{shard, now, std::move(round)});
}

void bus_dispatcher::attaching_finished(cluster::shard_id shard, std::uint64_t ownership) {
  rooms_.attaching_finished(shard, ownership);
}

}  // namespace roost::actors
