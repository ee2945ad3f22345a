// SPDX-License-Identifier: Apache-2.0
#include "actors/room/node_rooms.hpp"

#include <caf/send.hpp>
#include <utility>

namespace roost::actors {

node_rooms::node_rooms(const room_dependencies& shared, loop_scheduler& scheduler)
    : scheduler_(scheduler) {
  for (std::size_t i = 0; i < scheduler.size(); ++i) {
    registries_.push_back(std::make_unique<room_registry>(shared, scheduler.unit(i), empty_));
  }
}

void node_rooms::dispatch(cluster::command&& command) {
  auto& home = scheduler_.home_of(command.topic).home();
  auto& registry = on(home.id());
  if (net::loop::current() == &home) return registry.dispatch(std::move(command));
  home.post([&registry, command = std::move(command)]() mutable {
    registry.dispatch(std::move(command));
  });
}

void node_rooms::loaded(loaded_room&& stored) {
  auto& home = scheduler_.home_of(stored.topic).home();
  home.post([&registry = on(home.id()), stored = std::move(stored)]() mutable {
    registry.loaded(std::move(stored));
  });
}

void node_rooms::stored(loop_id home, acknowledgements&& all) {
  scheduler_.unit(home.value).home().post([all = std::move(all)] {
    for (const auto& [room, up_to] : all) caf::anon_send(room, up_to);
  });
}

/// Calls the registry of the topic, on the topic's home loop.
void node_rooms::post(const topic& topic, void (room_registry::*call)(const roost::topic&)) {
  auto& home = scheduler_.home_of(topic).home();
  home.post([&registry = on(home.id()), topic, call] { (registry.*call)(topic); });
}

void node_rooms::capture(const topic& topic) { post(topic, &room_registry::capture); }

void node_rooms::retire(const topic& topic) { post(topic, &room_registry::retire); }

void node_rooms::reload(const topic& topic) { post(topic, &room_registry::reload); }

template <class Call>
void node_rooms::post_all(Call call) {
  for (std::size_t i = 0; i < registries_.size(); ++i) {
    scheduler_.unit(i).home().post([&registry = *registries_[i], call] { call(registry); });
  }
}

void node_rooms::fenced(cluster::shard_id shard) {
  post_all([shard](room_registry& each) { each.fenced(shard); });
}

void node_rooms::drop_former(cluster::shard_id shard, std::uint64_t ownership) {
  post_all([=](room_registry& each) { each.drop_former(shard, ownership); });
}

void node_rooms::attaching_finished(cluster::shard_id shard, std::uint64_t ownership) {
  post_all([=](room_registry& each) { each.attaching_finished(shard, ownership); });
}

void node_rooms::node_left(node_id node) {
  post_all([node](room_registry& each) { each.node_left(node); });
}

}  // namespace roost::actors
