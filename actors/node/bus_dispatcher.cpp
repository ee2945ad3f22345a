// SPDX-License-Identifier: Apache-2.0
#include "actors/node/bus_dispatcher.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages/room_messages.hpp"

namespace roost::actors {

void bus_dispatcher::command_arrived(cluster::command&& command) {
  rooms_.dispatch(std::move(command));
}

/// If there is no edge, a detach asks the room to send no more events. An edge that is created
/// meanwhile is newer than the incarnation that the detach names.
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

/// When the last copy of the result is released, this node has finished attaching to the shard.
std::shared_ptr<const void> bus_dispatcher::begin_attach_round(cluster::shard_id shard,
                                                               std::uint64_t ownership) {
  const auto finish = [bus = bus_, shard, ownership](const void*) {
    bus->finish_attaching(shard, ownership);
  };
  return {this, finish};
}

/// Attaches under way may be lost, and so may the message that this node has finished attaching.
void bus_dispatcher::link_broke(node_id node, bool has_left) {
  for (std::uint32_t k = 0; k < bus_->shards(); ++k) {
    const cluster::shard_id shard{k};
    const auto owner = bus_->owner_of(shard);
    if (owner.node != node) continue;
    edges_.send_to(shard, link_is_broken{node, begin_attach_round(shard, owner.ownership)});
  }
  if (has_left) rooms_.node_left(node);
}

void bus_dispatcher::owner_changed(cluster::shard_id shard, const cluster::announced_owner& now) {
  rooms_.drop_former(shard, now.ownership);
  if (now.node == node_id{}) return;
  edges_.send_to(shard, shard_has_owner{shard, now, begin_attach_round(shard, now.ownership)});
}

void bus_dispatcher::attaching_finished(cluster::shard_id shard, std::uint64_t ownership) {
  rooms_.attaching_finished(shard, ownership);
}

}  // namespace roost::actors
