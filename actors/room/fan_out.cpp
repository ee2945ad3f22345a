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
        rosters_.clear();
        backlogs_.clear();
        quit();
      },
  };
}

void fan_out::deliver(delivery& what) {
  for (auto& each : what.directs) write(what, each);
  if (what.casts.empty()) return;
  auto it = rosters_.find(what.roster);
  if (it == rosters_.end()) return;
  ++deliveries_;
  std::size_t all_reached = 0;
  for (const auto& each : what.casts) {
    const auto wait = [&](net::session& link, channel_serial serial, const net::frame_ptr& frame) {
      return late({what.roster, link.id(), serial}, link, frame, each.is_paged);
    };
    const auto reached = it->second.broadcast(each, wait);
    if (reached > 0) home().flusher().counts().add(each.is, reached);
    all_reached += reached;
  }
  home().flusher().counts().add(metrics::counter::deliveries_out, all_reached);
}

void fan_out::write(const delivery& what, direct& each) {
  auto* link = home().sessions().find(each.to);
  const net::session_ptr alive(link);  // send may close it
  if (link) {
    give(*link, each.first, each.first_is);
    give(*link, each.second, net::message_class::out_close);
    if (each.is_refusal) tell_connection(each.to, request_refused{what.where, each.refused});
    if (each.gives_credit) link->answered(each.credit_bytes);
  }
  using then = direct::then;
  if (each.action == then::detach || each.action == then::end) return leave(what, each);
  if (!link || !link->is_open()) return;
  if (each.action != then::nothing) {
    rosters_[what.roster].attach(*link, each.serial, each.format, each.action == then::attach);
  }
  if (!each.page.empty() || each.wants_word) page(what, each, *link);
}

/// What the outbox cannot take yet waits, and what comes after it waits behind.
void fan_out::page(const delivery& what, direct& each, net::session& link) {
  auto* waiting = find(what.roster, each.to);
  std::size_t given = 0;
  while (!waiting && given < each.page.size() && backlog::fits(*each.page[given], link)) {
    link.send(each.page[given++], net::flush_class::large);
  }
  if (!waiting && given == each.page.size()) {
    if (each.wants_word) tell_edge(what.where, {what.roster, each.to, each.serial});
    return;
  }
  if (!waiting) {
    waiting = &backlogs_[each.to.value].emplace_back(what.roster, each.serial);
  }
  for (; given < each.page.size(); ++given) waiting->add(std::move(each.page[given]));
  if (each.wants_word) waiting->want_word(what.where);
  rosters_[what.roster].set_behind(each.to, true);
  writable(each.to);
}

void fan_out::leave(const delivery& what, const direct& each) {
  if (auto it = backlogs_.find(each.to.value); it != backlogs_.end()) {
    std::erase_if(it->second, [&](const backlog& b) {
      return b.roster() == what.roster && b.serial() == each.serial;
    });
    if (it->second.empty()) backlogs_.erase(it);
  }
  if (auto it = rosters_.find(what.roster); it != rosters_.end()) {
    it->second.detach(each.to, each.serial);
    if (it->second.size() == 0) rosters_.erase(it);
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

backlog* fan_out::find(std::uint64_t roster, connection_id who) {
  const auto it = backlogs_.find(who.value);
  if (it == backlogs_.end()) return nullptr;
  for (auto& each : it->second) {
    if (each.roster() == roster) return &each;
  }
  return nullptr;
}

/// A live frame for a member that is behind, or one that its outbox has no room for yet. What is
/// late counts as the outbox does; pages count only where those of an earlier delivery still wait.
bool fan_out::late(const page_written& whose, net::session& link, const net::frame_ptr& frame,
                   bool is_paged) {
  auto* waiting = find(whose.roster, link.id());
  if (net::is_ephemeral(frame)) return waiting != nullptr;
  if (!waiting) {
    waiting = &backlogs_[link.id().value].emplace_back(whose.roster, whose.serial);
    link.want_writable();
  }
  const auto most = node_.config->limits.outbox_bytes_max;
  const auto before = waiting->bytes_before(deliveries_);
  if (is_paged) {
    waiting->add(frame);
  } else {
    waiting->add_late(frame);
  }
  if (is_paged ? before > most : waiting->late_bytes() > most) link.close(errc::slow_consumer);
  return true;
}

void fan_out::writable(connection_id who) {
  const auto it = backlogs_.find(who.value);
  if (it == backlogs_.end()) return;
  auto* link = home().sessions().find(who);
  if (!link) {
    backlogs_.erase(it);
    return;
  }
  const net::session_ptr alive(link);
  for (auto& each : it->second) {
    if (!each.drain_to(*link)) break;
    if (auto found = rosters_.find(each.roster()); found != rosters_.end()) {
      found->second.set_behind(who, false);
    }
    if (each.wants_word()) tell_edge(each.where(), {each.roster(), who, each.serial()});
  }
  std::erase_if(it->second, [](const backlog& each) { return each.is_empty(); });
  if (it->second.empty()) {
    backlogs_.erase(it);
  } else {
    link->want_writable();
  }
}

void fan_out::tell_edge(const topic& where, page_written what) {
  if (auto edge = node_.edges->find(where)) caf::anon_send(edge, what);
}

}  // namespace roost::actors
