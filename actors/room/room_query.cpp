// SPDX-License-Identifier: Apache-2.0
// Read-only requests: queries of the server API and fetches of edges.
#include <algorithm>
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

/// Answers a query of the API. In a cluster a longer list of members does not fit into the answer.
events::snapshot room::query(const cluster::command_id& id, const commands::query& request,
                             time_point now) {
  events::snapshot out;
  out.command = id;
  out.members = static_cast<std::uint32_t>(members_.size());
  if (request.events_max != 0) {
    history_.trim(now);
    auto since = offset{history_.first_held().value - 1};
    if (request.since) {
      out.recovered = history_.recovers(*request.since);
      if (*out.recovered) since = request.since->at;
    }
    out.events = history_.after(since, query_bytes_max);
    out.events.resize(std::min<std::size_t>(out.events.size(), request.events_max));
  }
  if (request.wants_presence) {
    auto all = presence_.listed();
    const bool fits = !deduper_.may_repeat() || (all && all->second.data.size <= query_bytes_max);
    if (all && fits) out.presence = std::move(all->second);
  }
  return out;
}

events::page room::fetch(const cluster::command_id& id, const commands::fetch& request) {
  return {.command = id,
          .notifications = notifications_,
          .after = request.after,
          .events = history_.after(request.after, page_bytes_max),
          .side_state = request.wants_side_state ? whole_side_state(page_bytes_max) : nullptr};
}

}  // namespace roost::actors
