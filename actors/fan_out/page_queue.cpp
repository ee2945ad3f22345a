// SPDX-License-Identifier: Apache-2.0
#include "actors/fan_out/page_queue.hpp"

namespace roost::actors {

page_queue::entry* page_queue::find(std::uint64_t edge) {
  const auto found = by_edge_.find(edge);
  return found == by_edge_.end() ? nullptr : &*found->second;
}

page_queue::entry& page_queue::add(std::uint64_t edge, channel_serial serial,
                                   const catch_up_progress& from) {
  waiting_.push_back({edge, serial, from});
  by_edge_[edge] = std::prev(waiting_.end());
  return waiting_.back();
}

void page_queue::remove(std::uint64_t edge) {
  const auto found = by_edge_.find(edge);
  if (found == by_edge_.end()) return;
  (found->second->is_asked ? asked_ : waiting_).erase(found->second);
  by_edge_.erase(found);
}

page_queue::entry* page_queue::next() {
  return waiting_.empty() || asked_.size() >= asked_max ? nullptr : &waiting_.front();
}

void page_queue::asked(entry& which) {
  which.is_asked = true;
  asked_.splice(asked_.end(), waiting_, by_edge_.at(which.edge_incarnation));
}

void page_queue::came(entry& which, bool had_room) {
  const auto place = by_edge_.at(which.edge_incarnation);
  auto& from = which.is_asked ? asked_ : waiting_;
  waiting_.splice(had_room ? waiting_.end() : waiting_.begin(), from, place);
  which.is_asked = false;
}

}  // namespace roost::actors
