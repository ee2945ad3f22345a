// SPDX-License-Identifier: Apache-2.0
// The memory that a held event takes in a room or an edge. Pure.
#pragma once

#include <cstddef>

#include "cluster/envelope.hpp"
#include "config/base/heap_bytes.hpp"

namespace roost::actors {

/// Counts the event with its shared_ptr control block, its name, and the whole message buffer that
/// its payload is a slice of. The topic is not counted: all events of a room share it.
inline std::size_t held_bytes(const cluster::event& event) {
  constexpr std::size_t control_block_bytes = 16;
  auto out = heap_bytes(sizeof(cluster::event) + control_block_bytes) + heap_bytes(event.name);
  if (const auto* message = event.payload.data.whole.get()) {
    out += heap_bytes(sizeof(bytes) + message->size() + message->tail().size());
  }
  return out;
}

}  // namespace roost::actors
