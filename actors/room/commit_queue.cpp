// SPDX-License-Identifier: Apache-2.0
#include "actors/room/commit_queue.hpp"

namespace roost::actors {

using cluster::event_ptr;

namespace {

std::size_t bytes_of(const cluster::side_state_ptr& page) {
  std::size_t out = 0;
  if (!page) return out;
  for (const auto& [name, payload] : page->entries) out += name.size() + payload.data.size;
  return out;
}

}  // namespace

/// Ordered events in a page or an answer are shared with the history, so only the pointers count.
std::size_t output_bytes(const cluster::event& event) {
  auto out = sizeof(cluster::event);
  std::visit(
      [&out](const auto& kind) {
        if constexpr (requires { kind.payload; }) out += kind.payload.data.size;
        if constexpr (requires { kind.events; }) out += kind.events.size() * sizeof(event_ptr);
        if constexpr (requires { kind.side_state; }) out += bytes_of(kind.side_state);
        if constexpr (requires { kind.page; }) out += bytes_of(kind.page);
      },
      event.body);
  return out;
}

void commit_queue::hold(cluster::event_ptr event) {
  const auto bytes = output_bytes(*event);
  bytes_ += bytes;
  held_.push_back({newest_, bytes, std::move(event)});
}

}  // namespace roost::actors
