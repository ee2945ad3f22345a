#include "tests/actors/room/fan_model.hpp"

#include <utility>

namespace roost::actors {

void fan_model::deliver(delivery& what) {
  for (auto& each : what.directs) write(each);
  for (const auto& each : what.casts) {
    members_.broadcast(each,
                       [&](net::session& link, channel_serial serial, const net::frame_ptr& frame) {
                         auto& waiting = waiting_.try_emplace(link.id(), 1, serial).first->second;
                         if (waiting.is_empty()) link.want_writable();
                         waiting.add_late(frame);
                         return true;
                       });
  }
}

void fan_model::write(direct& each) {
  auto* link = around_.find(each.to);
  if (link) {
    for (const auto* frame : {&each.first, &each.second}) {
      if (*frame) link->send(*frame, net::flush_class::small);
    }
    if (each.gives_credit) link->answered(each.credit_bytes);
  }
  using then = direct::then;
  if (each.action == then::detach || each.action == then::end) return leave(each);
  if (!link || !link->is_open()) return;
  if (each.action != then::nothing) {
    members_.attach(*link, each.serial, each.format, each.action == then::attach);
  }
  if (!each.page.empty() || each.wants_word) page(each);
}

void fan_model::page(direct& each) {
  auto& waiting = waiting_.try_emplace(each.to, 1, each.serial).first->second;
  for (auto& frame : each.page) waiting.add(std::move(frame));
  if (each.wants_word) waiting.want_word(topic{"room:1"});
  members_.set_behind(each.to, true);
  writable(each.to);
}

void fan_model::leave(const direct& each) {
  const auto it = waiting_.find(each.to);
  if (it != waiting_.end() && it->second.serial() == each.serial) waiting_.erase(it);
  members_.detach(each.to, each.serial);
  if (each.action == direct::then::end) around_.ended(each.to, each.serial);
}

void fan_model::writable(connection_id who) {
  const auto it = waiting_.find(who);
  if (it == waiting_.end()) return;
  auto* link = around_.find(who);
  if (!link) {
    waiting_.erase(it);
    return;
  }
  if (!it->second.drain_to(*link)) return link->want_writable();
  members_.set_behind(who, false);
  if (it->second.wants_word()) around_.tell_edge({1, who, it->second.serial()});
  waiting_.erase(it);
}

}  // namespace roost::actors
