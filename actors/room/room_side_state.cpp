// SPDX-License-Identifier: Apache-2.0
// The side state of a room: presence and receipts, as pages for one member and as notifications for
// all.
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

/// Adds a page of the side state from `from` on.
void room::add_side_state(cluster::event& answer, const cluster::side_state_cursor& from,
                          std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  answer.side_state_from = from;
  auto& at = answer.side_state_to.emplace(from);
  if (at.at == stage::start || at.at == stage::presence)
    answer.side_state = presence_.page(at, bytes_max);
  std::size_t bytes = 0;
  for (const auto& each : answer.side_state) bytes += each.second.data.size;
  if (at.at != stage::receipts || bytes > bytes_max / 2) return;
  if (auto all = receipts_.page(at, bytes_max - bytes)) {
    answer.side_state.emplace_back("read_receipts", std::move(*all));
  }
}

/// Adds the side state if all of presence fits into one page; otherwise the edge fetches it.
void room::add_whole_side_state(cluster::event& answer, std::size_t bytes_max) {
  answer.side_state_to.emplace();
  if (presence_.state_bytes() <= bytes_max) add_side_state(answer, {}, bytes_max);
}

void room::add_notifications(std::vector<notification>&& notifications,
                             std::vector<cluster::event_ptr>& out) {
  for (auto& [name, payload] : notifications) {
    ++notifications_;
    auto out_event = answer_to({});
    out_event.kind = name.empty() ? cluster::event_kind::resync : cluster::event_kind::notification;
    out_event.topic = topic_;
    out_event.name = std::move(name);
    out_event.payload = std::move(payload);
    out.push_back(cluster::share(std::move(out_event)));
  }
}

}  // namespace roost::actors
