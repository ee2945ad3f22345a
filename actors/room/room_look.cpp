// Read-only queries: of the server API (look) and of edges (fetch).
#include <algorithm>
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

using cluster::event;
using cluster::event_ptr;

/// A query of the API: changes nothing and has no place in the order.
void room::look(const command& what, time_point now, std::vector<cluster::event_ptr>& out) {
  auto answer = answer_to(what);
  answer.what = event::kind::seen;
  answer.members = static_cast<std::uint32_t>(members_.size());
  if (what.history) {
    history_.trim(now);
    auto since = offset{history_.first_held().value - 1};
    if (what.from_place) {
      answer.recovered = history_.recovers(*what.from_place);
      if (*answer.recovered) since = what.from_place->at;
    }
    answer.events = history_.after(since, look_bytes_max);
    answer.events.resize(std::min<std::size_t>(answer.events.size(), *what.history));
  }
  if (what.wants_told) {
    if (auto all = presence_.listed()) answer.told.push_back(std::move(*all));
  }
  out.push_back(cluster::share(std::move(answer)));
}

void room::fetch(const command& what, std::vector<event_ptr>& out) {
  auto answer = answer_to(what);
  answer.what = event::kind::page;
  if (what.from_place && !what.side_state) {
    answer.after = what.from_place->at;
    answer.events = history_.after(answer.after, page_bytes_max);
  }
  if (what.side_state) tell(answer, *what.side_state, what.page_bytes);
  if (what.wants_told) tell_in_one(answer, page_bytes_max);
  out.push_back(cluster::share(std::move(answer)));
}

event_ptr room::head_event() const {
  auto out = answer_to({});
  out.what = event::kind::head;
  return cluster::share(std::move(out));
}

}  // namespace roost::actors
