#include "actors/room/fan_out.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/room/edge_directory.hpp"
#include "net/transport/flusher.hpp"
#include "net/transport/session_table.hpp"

namespace roost::actors {

caf::behavior fan_out::make_behavior() {
  return {
      [this](delivery& what) -> no_answer {
        deliver(what);
        return {};
      },
      [this](const link_writable& what) { writable(what.who); },
      [this](end_now) {
        rooms_.clear();
        pages_.clear();
        quit();
      },
  };
}

void fan_out::deliver(delivery& what) {
  if (node_.faults && node_.faults->broadcast_before_reply) broadcast(what);
  for (auto& each : what.directs) write(what, each);
  if (!node_.faults || !node_.faults->broadcast_before_reply) broadcast(what);
}

void fan_out::broadcast(const delivery& what) {
  if (what.casts.empty()) return;
  auto it = rooms_.find(what.roster);
  if (it == rooms_.end()) return;
  const auto restart = [&](net::session& link, channel_serial serial) {
    pages_.restart(link, what.roster, serial, outbox_bytes_max());
  };
  std::size_t all_reached = 0;
  for (const auto& each : what.casts) {
    if (each.is_resync) {
      it->second.members.resync(restart);
      continue;
    }
    const auto most = page_dispatcher::notice_bytes(outbox_bytes_max());
    const auto reached = it->second.members.broadcast(each, most, restart);
    if (reached > 0) home().flusher().counts().add(each.is, reached);
    all_reached += reached;
  }
  home().flusher().counts().add(metrics::counter::deliveries_out, all_reached);
}

void fan_out::write(const delivery& what, direct& each) {
  auto* link = home().sessions().find(each.to);
  const net::session_ptr alive(link);  // send() may close the session
  if (link) {
    give(*link, each.first, each.first_is);
    give(*link, each.second, net::message_class::out_close);
    if (each.is_refusal) tell_connection(each.to, request_refused{what.where, each.refused});
    const bool keeps =
        node_.faults && node_.faults->keep_credit_of_leave && each.action == direct::then::end;
    if (each.gives_credit && !keeps) link->release_credit(each.credit_bytes);
  }
  using then = direct::then;
  if (each.action == then::detach || each.action == then::end) return leave(what, each, link);
  if (!link || !link->is_open()) return;
  if (each.action == then::attach) {
    auto& to = rooms_[what.roster];
    if (to.where.name.empty()) to.where = what.where;
    to.members.attach(*link, each.serial, each.format);
  }
  if (!each.page) return;
  if (auto it = rooms_.find(what.roster); it != rooms_.end()) {
    pages_.take(*link, what.roster, each, it->second.members, outbox_bytes_max());
  }
}

void fan_out::leave(const delivery& what, const direct& each, net::session* link) {
  if (link && link->is_open()) {
    pages_.ended(*link, what.roster, each.serial, outbox_bytes_max());
  } else {
    pages_.drop(each.to);
  }
  if (auto it = rooms_.find(what.roster); it != rooms_.end()) {
    it->second.members.detach(each.to, each.serial);
    if (it->second.members.size() == 0) rooms_.erase(it);
  }
  if (each.action != direct::then::end) return;
  tell_connection(each.to, channel_ended{what.where, each.serial});
}

void fan_out::give(net::session& link, const net::frame_ptr& frame, net::message_class is) {
  if (frame && link.send(frame, net::flush_class::small)) home().flusher().counts().add(is);
}

template <class Word>
void fan_out::tell_connection(connection_id who, Word what) {
  auto& links = node_.links[home().id().value];
  if (auto it = links.find(who.value); it != links.end()) {
    caf::anon_send(it->second, std::move(what));
  }
}

void fan_out::writable(connection_id who) {
  auto* link = home().sessions().find(who);
  if (!link) return pages_.drop(who);
  const net::session_ptr alive(link);
  pages_.writable(*link, outbox_bytes_max());
}

void fan_out::ask_edge(const page_wanted& what) {
  const auto it = rooms_.find(what.roster);
  if (it == rooms_.end()) return;
  if (auto edge = node_.edges->find(it->second.where)) caf::anon_send(edge, what);
}

}  // namespace roost::actors
