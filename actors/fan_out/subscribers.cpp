// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/subscribers.hpp"

#include <utility>

namespace roost::actors {

void subscribers::add(net::session& session, channel_serial serial, net::wire_format format) {
  member next{net::session_ptr(&session), session.id(), serial,
              static_cast<std::uint8_t>(format.index())};
  if (auto* found = members_.find(next.key())) {
    *found = std::move(next);
  } else {
    members_.add(std::move(next));
  }
}

void subscribers::set_progress(connection_id connection, bool is_live, bool has_side_state) {
  auto* found = members_.find(connection.value);
  if (!found) return;
  found->is_live = is_live;
  found->has_side_state = has_side_state;
}

void subscribers::remove(connection_id connection, channel_serial serial) {
  auto* found = members_.find(connection.value);
  if (found && found->serial == serial) members_.erase(*found);
}

}  // namespace roost::actors
