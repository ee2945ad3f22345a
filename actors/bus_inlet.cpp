#include "actors/bus_inlet.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages.hpp"
#include "actors/room/edge_directory.hpp"

namespace roost::actors {

bus_dispatcher::bus_dispatcher(node_context& node) : node_(node) {
  for (std::size_t i = 0; i < node.scheduler.size(); ++i) {
    registries_.push_back(std::make_unique<room_registry>(node, empty_));
  }
}

void bus_dispatcher::command_arrived(cluster::command&& command) {
  auto& home = node_.home_of(command.topic).home();
  auto& registry = *registries_[home.id().value];
  if (net::loop::current() == &home) return registry.give(std::move(command));
  home.post(
      [&registry, command = std::move(command)]() mutable { registry.give(std::move(command)); });
}

void bus_dispatcher::event_arrived(const cluster::event_ptr& event) {
  if (auto edge = node_.edges->find(event->topic)) caf::anon_send(edge, event);
}

}  // namespace roost::actors
