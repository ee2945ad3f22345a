// SPDX-License-Identifier: Apache-2.0
// Read-only requests: queries of the server API and fetches of edges.
#include <algorithm>
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

using cluster::event_ptr;

/// Answers a query of the API. It changes nothing and is not ordered with the commands.
void room::query(const cluster::command& command, time_point now, std::vector<event_ptr>& out) {
  auto answer = answer_to(command);
  answer.kind = cluster::event_kind::snapshot;
  answer.members = static_cast<std::uint32_t>(members_.size());
  if (command.history) {
    history_.trim(now);
    auto since = offset{history_.first_held().value - 1};
    if (command.from_position) {
      answer.recovered = history_.recovers(*command.from_position);
      if (*answer.recovered) since = command.from_position->at;
    }
    answer.events = history_.after(since, query_bytes_max);
    answer.events.resize(std::min<std::size_t>(answer.events.size(), *command.history));
  }
  if (command.wants_side_state) {
    if (auto all = presence_.listed()) answer.side_state.push_back(std::move(*all));
  }
  out.push_back(cluster::share(std::move(answer)));
}

void room::fetch(const cluster::command& command, std::vector<event_ptr>& out) {
  auto answer = answer_to(command);
  answer.kind = cluster::event_kind::page;
  if (command.from_position && !command.side_state) {
    answer.after = command.from_position->at;
    answer.events = history_.after(answer.after, page_bytes_max);
  }
  if (command.side_state) add_side_state(answer, *command.side_state, command.page_bytes);
  if (command.wants_side_state) add_whole_side_state(answer, page_bytes_max);
  out.push_back(cluster::share(std::move(answer)));
}

event_ptr room::head_event() const {
  auto out = answer_to({});
  out.kind = cluster::event_kind::head;
  return cluster::share(std::move(out));
}

}  // namespace roost::actors
