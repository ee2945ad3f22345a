#include "actors/bus_inlet.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages.hpp"
#include "actors/room/edge_directory.hpp"

namespace roost::actors {

bus_inlet::bus_inlet(node_context& node) : node_(node) {
  for (std::size_t i = 0; i < node.scheduler.size(); ++i) {
    tables_.push_back(std::make_unique<room_table>(node, empty_));
  }
}

void bus_inlet::command_arrived(cluster::command&& what) {
  auto& home = node_.home_of(what.where).home();
  auto& table = *tables_[home.id().value];
  if (net::loop::current() == &home) return table.give(std::move(what));
  home.post([&table, what = std::move(what)]() mutable { table.give(std::move(what)); });
}

void bus_inlet::event_arrived(const cluster::event_ptr& what) {
  if (auto edge = node_.edges->find(what->where)) caf::anon_send(edge, what);
}

}  // namespace roost::actors
