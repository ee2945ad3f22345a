// SPDX-License-Identifier: Apache-2.0
// How an edge passes on notifications (presence, receipts), and replaces lost ones.
#include <utility>

#include "actors/edge/room_edge.hpp"

namespace roost::actors {

namespace {

/// Each member must receive the side state again, in pages.
broadcast resync_broadcast() {
  broadcast out;
  out.is_ordered = false;
  out.is_resync = true;
  out.message_class = net::message_class::out_presence;
  return out;
}

}  // namespace

void room_edge::take(const cluster::event_ptr&, const events::notification& change,
                     edge_effects& out) {
  if (is_next(change.notifications)) {
    out.broadcasts.push_back(make_broadcast(change.name, change.payload));
  }
  check_lost_notifications(change.notifications, out);
}

void room_edge::take(const cluster::event_ptr&, const events::resync& change, edge_effects& out) {
  if (is_next(change.notifications)) out.broadcasts.push_back(resync_broadcast());
  check_lost_notifications(change.notifications, out);
}

/// Whether this notification follows the last one; if so, it is now the last one.
bool room_edge::is_next(std::uint64_t notification) {
  if (!is_known_ || notification != notifications_ + 1) return false;
  notifications_ = notification;
  return true;
}

/// Notifications have no offset and cannot be fetched one by one: after a loss the edge fetches the
/// whole side state and broadcasts it.
void room_edge::check_lost_notifications(std::uint64_t published, edge_effects& out) {
  if (!is_known_ || published <= notifications_ || fetching_side_state_) return;
  fetching_side_state_ = true;
  out.commands.push_back(
      pending_.unqueued(commands::fetch{.after = recent_.head(), .wants_side_state = true}));
}

void room_edge::take_side_state(const events::page& page, edge_effects& out) {
  if (!fetching_side_state_ || !page.side_state || page.notifications < notifications_) return;
  fetching_side_state_ = false;
  notifications_ = page.notifications;
  // Side state that is too large for one broadcast is sent to each member in pages.
  if (!page.side_state->to.is_end()) return out.broadcasts.push_back(resync_broadcast());
  for (const auto& [name, payload] : page.side_state->entries) {
    out.broadcasts.push_back(make_broadcast(name, payload));
  }
}

}  // namespace roost::actors
