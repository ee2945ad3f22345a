#include "actors/room/edge_queue.hpp"

#include <utility>

namespace roost::actors {

cluster::command edge_queue::complete(const cluster::command& sent) const {
  auto out = sent;
  out.where = where_;
  out.from = self_;
  const auto first = front_number();
  out.answered = (first == 0 ? next_number_ : first) - 1;
  return out;
}

void edge_queue::ask(edge_entry about, std::vector<cluster::command>& out) {
  about.sent.number = next_number_++;
  about.sent.member = about.asked.from;
  entries_.push_back(std::move(about));
  out.push_back(complete(entries_.back().sent));
}

cluster::command edge_queue::question(cluster::command::kind what, offset after) const {
  cluster::command out;
  out.what = what;
  out.from_place = cluster::place{{}, after};
  return complete(out);
}

std::size_t edge_queue::again(std::vector<cluster::command>& out) const {
  std::size_t count = 0;
  for (const auto& each : entries_) {
    if (each.sent.number == 0) continue;
    out.push_back(complete(each.sent));
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
