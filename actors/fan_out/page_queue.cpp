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
  (found->second->is_requested ? requested_ : waiting_).erase(found->second);
  by_edge_.erase(found);
}

page_queue::entry* page_queue::next() {
  return waiting_.empty() || requested_.size() >= requested_max ? nullptr : &waiting_.front();
}

void page_queue::mark_requested(entry& channel) {
  channel.is_requested = true;
  requested_.splice(requested_.end(), waiting_, by_edge_.at(channel.edge_incarnation));
}

void page_queue::page_arrived(entry& channel, bool did_fit) {
  const auto it = by_edge_.at(channel.edge_incarnation);
  auto& from = channel.is_requested ? requested_ : waiting_;
  waiting_.splice(did_fit ? waiting_.end() : waiting_.begin(), from, it);
  channel.is_requested = false;
}

}  // namespace roost::actors
