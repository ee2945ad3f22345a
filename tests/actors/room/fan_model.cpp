#include "tests/actors/room/fan_model.hpp"

#include <utility>

namespace roost::actors {

void fan_model::deliver(delivery& what) {
  for (auto& each : what.directs) write(each);
  const auto restart = [&](net::session& link, channel_serial serial) {
    pages_.restart(link, 1, serial, outbox_bytes_max);
  };
  for (const auto& each : what.casts) {
    if (each.is_resync) {
      members_.resync(restart);
    } else {
      members_.broadcast(each, page_dispatcher::notice_bytes(outbox_bytes_max), restart);
    }
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
  if (each.action == then::detach || each.action == then::end) return leave(each, link);
  if (!link || !link->is_open()) return;
  if (each.action == then::attach) members_.attach(*link, each.serial, each.format);
  if (each.page) pages_.take(*link, 1, each, members_, outbox_bytes_max);
}

void fan_model::leave(const direct& each, net::session* link) {
  if (link && link->is_open()) {
    pages_.ended(*link, 1, each.serial, outbox_bytes_max);
  } else {
    pages_.drop(each.to);
  }
  members_.detach(each.to, each.serial);
  if (each.action == direct::then::end) around_.ended(each.to, each.serial);
}

void fan_model::writable(connection_id who) {
  auto* link = around_.find(who);
  if (!link) return pages_.drop(who);
  pages_.writable(*link, outbox_bytes_max);
}

}  // namespace roost::actors
