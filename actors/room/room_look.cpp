// What the server's owner is shown of a room.
#include <algorithm>
#include <utility>

#include "actors/room/room.hpp"

namespace roost::actors {

/// Changes nothing: whoever looks is no member and has no place in the order.
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

}  // namespace roost::actors
