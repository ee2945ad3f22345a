#include "actors/room/page_queue.hpp"

namespace roost::actors {

page_queue::entry* page_queue::find(std::uint64_t roster) {
  const auto found = by_roster_.find(roster);
  return found == by_roster_.end() ? nullptr : &*found->second;
}

page_queue::entry& page_queue::add(std::uint64_t roster, channel_serial serial,
                                   const catch_up_place& from) {
  waiting_.push_back({roster, serial, from});
  by_roster_[roster] = std::prev(waiting_.end());
  return waiting_.back();
}

void page_queue::remove(std::uint64_t roster) {
  const auto found = by_roster_.find(roster);
  if (found == by_roster_.end()) return;
  (found->second->is_asked ? asked_ : waiting_).erase(found->second);
  by_roster_.erase(found);
}

page_queue::entry* page_queue::next() {
  return waiting_.empty() || asked_.size() >= asked_max ? nullptr : &waiting_.front();
}

void page_queue::asked(entry& which) {
  which.is_asked = true;
  asked_.splice(asked_.end(), waiting_, by_roster_.at(which.roster));
}

void page_queue::came(entry& which, bool had_room) {
  const auto place = by_roster_.at(which.roster);
  auto& from = which.is_asked ? asked_ : waiting_;
  waiting_.splice(had_room ? waiting_.end() : waiting_.begin(), from, place);
  which.is_asked = false;
}

}  // namespace roost::actors
