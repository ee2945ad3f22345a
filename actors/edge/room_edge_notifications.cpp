// SPDX-License-Identifier: Apache-2.0
// How an edge passes on notifications (presence, receipts), and replaces lost ones.
#include <utility>

#include "actors/edge/room_edge.hpp"

namespace roost::actors {

void room_edge::take_notification(const cluster::event& event, edge_effects& out) {
  if (!is_known_ || event.notifications <= notifications_) return;
  if (event.notifications == notifications_ + 1) {
    notifications_ = event.notifications;
    out.broadcasts.push_back(make_broadcast(event));
  }
  check_lost_notifications(event, out);
}

/// Notifications have no offset and cannot be fetched one by one: after a loss the edge fetches the
/// whole side state and broadcasts it.
void room_edge::check_lost_notifications(const cluster::event& event, edge_effects& out) {
  if (!is_known_ || event.notifications <= notifications_ || fetching_side_state_) return;
  fetching_side_state_ = true;
  auto fetch = pending_.unqueued(cluster::command_kind::fetch, recent_.head());
  fetch.wants_side_state = true;
  out.commands.push_back(std::move(fetch));
}

void room_edge::take_side_state(const cluster::event& event, edge_effects& out) {
  if (!fetching_side_state_ || !event.side_state_to || event.notifications < notifications_) return;
  fetching_side_state_ = false;
  notifications_ = event.notifications;
  // Side state that is too large for one broadcast is sent to each member in pages.
  if (!event.side_state_to->is_end()) {
    cluster::event each;
    each.kind = cluster::event_kind::resync;
    out.broadcasts.push_back(make_broadcast(each));
    return;
  }
  for (const auto& [name, payload] : event.side_state) {
    cluster::event each;
    each.kind = cluster::event_kind::notification;
    each.name = name;
    each.payload = payload;
    out.broadcasts.push_back(make_broadcast(each));
  }
}

}  // namespace roost::actors
