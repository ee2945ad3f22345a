// What an event takes in memory where a room or an edge holds it. Pure.
#pragma once

#include <cstddef>

#include "cluster/envelope.hpp"
#include "config/base/heap_bytes.hpp"

namespace roost::actors {

/// The event with the two counts of its shared_ptr, its name, and the whole message that its
/// payload is a part of. The topic is shared by all events of the room.
inline std::size_t held_bytes(const cluster::event& event) {
  constexpr std::size_t counts = 16;
  auto out = heap_bytes(sizeof(cluster::event) + counts) + heap_bytes(event.name);
  if (const auto* message = event.payload.data.whole.get()) {
    out += heap_bytes(sizeof(bytes) + message->size() + message->tail().size());
  }
  return out;
}

}  // namespace roost::actors
