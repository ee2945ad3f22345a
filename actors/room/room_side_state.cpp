// SPDX-License-Identifier: Apache-2.0
// The side state of a room: presence and receipts, as pages for one member and as notifications for
// all.
#include <memory>
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

/// A page of the side state from `from` on.
cluster::side_state_ptr room::side_state(const cluster::side_state_cursor& from,
                                         std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  cluster::side_state_page out{from, from, {}};
  auto& at = out.to;
  if (is_attaching_ && !at.is_end() && at.at != stage::receipts) at = {.at = stage::receipts};
  if (at.at == stage::start || at.at == stage::presence)
    out.entries = presence_.page(at, bytes_max);
  std::size_t bytes = 0;
  for (const auto& each : out.entries) bytes += each.second.data.size;
  if (at.at == stage::receipts && bytes <= bytes_max / 2) {
    if (auto all = receipts_.page(at, bytes_max - bytes)) {
      out.entries.emplace_back("read_receipts", std::move(*all));
    }
  }
  return std::make_shared<const cluster::side_state_page>(std::move(out));
}

/// The side state if all of presence fits into one page; otherwise the edge fetches it.
cluster::side_state_ptr room::whole_side_state(std::size_t bytes_max) {
  if (is_attaching_ || presence_.state_bytes() <= bytes_max) return side_state({}, bytes_max);
  return std::make_shared<const cluster::side_state_page>();
}

void room::add_notifications(std::vector<notification>&& notifications,
                             std::vector<cluster::event_ptr>& out) {
  for (auto& [name, payload] : notifications) {
    ++notifications_;
    out.push_back(name.empty() ? make_event(events::resync{notifications_})
                               : make_event(events::notification{notifications_, std::move(name),
                                                                 std::move(payload)}));
  }
}

}  // namespace roost::actors
