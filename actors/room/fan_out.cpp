#include "actors/room/fan_out.hpp"

#include <caf/send.hpp>

#include "net/transport/session_table.hpp"

namespace roost::actors {

caf::behavior fan_out::make_behavior() {
  return {
      [this](delivery& what) { deliver(what); },
      [this](end_now) {
        rosters_.clear();
        quit();
      },
  };
}

void fan_out::deliver(delivery& what) {
  for (auto& each : what.directs) write(what, each);
  if (!what.has_broadcast) return;
  auto it = rosters_.find(what.roster);
  if (it == rosters_.end()) return;
  const auto reached = it->second.broadcast(what.frames, what.except);
  node_.probe.add(metrics::counter::deliveries_out, static_cast<double>(reached));
}

void fan_out::write(const delivery& what, direct& each) {
  auto* link = home().sessions().find(each.to);
  if (link) {
    const net::session_ptr alive(link);  // send may close it
    for (const auto* frame : {&each.first, &each.second}) {
      if (*frame) link->send(*frame, net::flush_class::small);
    }
    if (each.gives_credit) link->answered(each.credit_bytes);
  }
  switch (each.action) {
    case direct::then::nothing:
      return;
    case direct::then::attach:
      if (link && link->is_open()) rosters_[what.roster].attach(*link, each.serial, each.format);
      return;
    case direct::then::detach:
    case direct::then::end:
      break;
  }
  if (auto it = rosters_.find(what.roster); it != rosters_.end()) {
    it->second.detach(each.to, each.serial);
    if (it->second.size() == 0) rosters_.erase(it);
  }
  if (each.action == direct::then::end) {
    auto& links = node_.links[home().id().value];
    if (auto it = links.find(each.to.value); it != links.end()) {
      caf::anon_send(it->second, channel_ended{what.where, each.serial});
    }
  }
}

}  // namespace roost::actors
