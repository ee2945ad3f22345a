#include "actors/room/edge_queue.hpp"

#include <utility>

namespace roost::actors {

/// Fills in topic, edge and acknowledgement; a resend carries the current acknowledgement.
void edge_queue::complete(cluster::command& what) const {
  what.where = where_;
  what.from = self_;
  const auto first = front_number();
  what.answered = (first == 0 ? next_number_ : first) - 1;
}

void edge_queue::ask(edge_entry&& about, cluster::command&& what,
                     std::vector<cluster::command>& out) {
  about.number = what.number = next_number_++;
  what.member = about.asked.from;
  if (may_lose_) about.sent = std::make_unique<const cluster::command>(what);
  entries_.push_back(std::move(about));
  complete(what);
  out.push_back(std::move(what));
}

cluster::command edge_queue::question(cluster::command::kind what, offset after) const {
  cluster::command out;
  out.what = what;
  out.from_place = cluster::place{{}, after};
  complete(out);
  return out;
}

std::size_t edge_queue::again(std::vector<cluster::command>& out) const {
  std::size_t count = 0;
  for (const auto& each : entries_) {
    if (!each.sent) continue;
    complete(out.emplace_back(*each.sent));
    ++count;
  }
  return count;
}

edge_entry edge_queue::take_front() {
  auto out = std::move(entries_.front());
  entries_.pop_front();
  return out;
}

}  // namespace roost::actors
