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
  const auto found = firsts_.find(key);
  if (found == firsts_.end()) {
    made.is_first = true;
    firsts_.insert(&made);
    return made;
  }
  auto* const first = *found;  // last in its ring is who stands before the first
  made.next = first;
  made.before = first->before;
  first->before->next = &made;
  first->before = &made;
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
  if (leaver.is_first) {
    firsts_.erase(&leaver);
    if (leaver.next != &leaver) {
      leaver.next->is_first = true;
      firsts_.insert(leaver.next);
    }
  }
  leaver.before->next = leaver.next;
  leaver.next->before = leaver.before;
  text_bytes_ -= leaver.text.size();
  all_.erase(found);
}

void attendance::clear() {
  firsts_.clear();
  all_.clear();
  text_bytes_ = 0;
}

}  // namespace roost::actors
