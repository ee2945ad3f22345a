#include "actors/room/attendance.hpp"

#include <utility>

namespace roost::actors {

attendee* attendance::find(const cluster::member_id& who) {
  const auto found = all_.find(who);
  return found == all_.end() ? nullptr : &found->second;
}

attendee& attendance::add(const cluster::member_id& who, std::string_view key) {
  auto& made = all_.try_emplace(who).first->second;
  made.text = key;
  made.key_bytes = static_cast<std::uint32_t>(key.size());
  text_bytes_ += key.size();
  made.place = {++last_place_, last_place_};
  if (const auto found = keys_.find(key); found != keys_.end()) {
    made.place.key = (*found)->place.key;
  } else {
    keys_.insert(&made);
  }
  by_place_.emplace_hint(by_place_.end(), made.place, &made);
  return made;
}

void attendance::rewrite(attendee& who, std::string text) {
  text_bytes_ += text.size() - who.text.size();
  who.text = std::move(text);
}

void attendance::remove(const cluster::member_id& who) {
  const auto found = all_.find(who);
  if (found == all_.end()) return;
  auto& leaver = found->second;
  by_place_.erase(leaver.place);
  if (const auto known = keys_.find(&leaver); *known == &leaver) {
    keys_.erase(known);
    const auto other = by_place_.lower_bound({leaver.place.key, 0});
    if (other != by_place_.end() && other->first.key == leaver.place.key) {
      keys_.insert(other->second);
    }
  }
  text_bytes_ -= leaver.text.size();
  all_.erase(found);
}

void attendance::clear() {
  keys_.clear();
  by_place_.clear();
  all_.clear();
  text_bytes_ = 0;
}

}  // namespace roost::actors
