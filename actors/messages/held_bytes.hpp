// SPDX-License-Identifier: Apache-2.0
// The memory that a held event takes in a room or an edge. Pure.
#pragma once

#include <cstddef>

#include "cluster/envelope.hpp"
#include "config/base/heap_bytes.hpp"

namespace roost::actors {

/// Counts the ordered event with its shared_ptr control block, its name, and the whole message
/// buffer that its payload is a slice of. The topic is not counted: all events of a room share it.
inline std::size_t held_bytes(const cluster::event& event) {
  constexpr std::size_t control_block_bytes = 16;
  const auto& ordered = cluster::ordered_of(event);
  auto out = heap_bytes(sizeof(cluster::event) + control_block_bytes) + heap_bytes(ordered.name);
  if (const auto* message = ordered.payload.data.whole.get()) {
    out += heap_bytes(sizeof(bytes) + message->size() + message->tail().size());
  }
  return out;
}

}  // namespace roost::actors
