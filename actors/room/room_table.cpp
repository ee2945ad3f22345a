#include "actors/room/room_table.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room.hpp"
#include "actors/room/room_actor.hpp"
#include "config/base/log.hpp"

namespace roost::actors {

void room_table::give(cluster::command&& what) {
  if (is_ended_) return;
  auto it = owners_.find(what.where);
  if (it == owners_.end()) {
    const auto plan = node_.rules->plan_of(what.where.name);
    if (what.what == cluster::command::kind::look) return say_absent(what);
    if (!plan) return refuse(what, errc::unmatched_topic);  // a reload removed the rule
    if (!has_space()) return refuse(what, errc::unavailable);
    auto room =
        spawn_on<room_actor>(node_.home_of(what.where), node_, *this, what.where, plan->rule);
    it = owners_.try_emplace(what.where, std::move(room)).first;
    by_name_.add(it->first);
  }
  ++it->second.given;
  caf::anon_send(it->second.room, std::move(what));
}

/// Whether a room may be added. At the limit each new room needs one empty room that is leaving.
bool room_table::has_space() {
  const auto most = node_.config->limits.rooms_max;
  if (most == 0) return true;
  const auto rooms = node_.probe.added_here(metrics::gauge::rooms);
  return rooms < most || empty_.evict_rooms(static_cast<std::int64_t>(rooms) + 1 - most);
}

/// Answers in place of a room that was not started; such an answer has no incarnation.
void room_table::refuse(const cluster::command& what, errc why) {
  using kind = cluster::command::kind;
  // Nothing waits for an unnumbered fetch. A command before its turn is dropped and resent later.
  if (what.number == 0 || (node_.bus->may_lose() && what.number != what.answered + 1)) return;
  cluster::event answer;
  answer.where = what.where;
  answer.origin = what.from;
  answer.number = what.number;
  answer.member = what.member;
  const bool leaves = what.what == kind::leave;
  answer.what = leaves ? cluster::event::kind::left : cluster::event::kind::refused;
  if (!leaves) answer.why = errc::unmatched_topic;
  if (what.what == kind::join || what.what == kind::publish) {
    answer.why = why;
    node_.probe.add(metrics::counter::rooms_refused);
    log::warning("room_refused", {log::of(what.where)});
  }
  (void)node_.bus->publish(cluster::share(std::move(answer)));
}

/// Answers a query of a topic without a room: a query starts no room.
void room_table::say_absent(const cluster::command& asked) {
  cluster::event answer;
  answer.where = asked.where;
  answer.what = cluster::event::kind::seen;
  answer.origin = asked.from;
  answer.number = asked.number;
  answer.why = errc::not_found;
  (void)node_.bus->publish(cluster::share(std::move(answer)));
}

void room_table::opened(const topic& where, const room& under) {
  const auto it = owners_.find(where);
  if (it != owners_.end()) it->second.under = &under;
}

std::vector<room_line> room_table::list(std::string_view match, std::string_view after,
                                        std::size_t most) const {
  std::vector<room_line> out;
  if (most == 0) return out;
  by_name_.visit_after(match, after, [&](const topic& where) {
    if (const auto* under = owners_.at(where).under) {
      out.push_back(
          {where, under->kind_name(), under->epoch_text(), under->head(), under->members()});
    }
    return out.size() < most;
  });
  return out;
}

bool room_table::forget(const topic& where, std::uint64_t taken) {
  auto it = owners_.find(where);
  if (it == owners_.end()) return true;
  if (it->second.given != taken) return false;
  empty_.take_out(it->second.empty);
  by_name_.remove(it->first);
  owners_.erase(it);
  node_.probe.add(metrics::gauge::rooms, -1);
  return true;
}

void room_table::emptied(const topic& where) {
  const auto it = owners_.find(where);
  if (it == owners_.end()) return;
  const auto* const under = it->second.under;
  const auto bytes = under ? under->past().bytes() + under->held().sum() : 0;
  empty_.put(it->second.empty, it->second.room, static_cast<std::int64_t>(bytes));
}

void room_table::occupied(const topic& where) {
  const auto it = owners_.find(where);
  if (it != owners_.end()) empty_.take_out(it->second.empty);
}

bool room_table::is_leaving(const topic& where) const {
  const auto it = owners_.find(where);
  return it != owners_.end() && empty_.is_leaving(it->second.empty);
}

void room_table::rules_changed() {
  for (auto& [where, each] : owners_) caf::anon_send(each.room, actors::rules_changed{});
}

void room_table::end_all() {
  is_ended_ = true;
  for (auto& [where, each] : owners_) {
    caf::anon_send(each.room, end_now{});
    empty_.take_out(each.empty);
  }
  by_name_.clear();
  owners_.clear();
}

}  // namespace roost::actors
