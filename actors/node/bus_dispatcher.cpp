// SPDX-License-Identifier: Apache-2.0
#include "actors/node/bus_dispatcher.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages/room_messages.hpp"

namespace roost::actors {

void bus_dispatcher::command_arrived(cluster::command&& command) {
  rooms_.dispatch(std::move(command));
}

void bus_dispatcher::event_arrived(const cluster::event_ptr& event) {
  if (auto edge = edges_.find(event->topic)) caf::anon_send(edge, event);
}

}  // namespace roost::actors
