#include "actors/room/room_table.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room_actor.hpp"

namespace roost::actors {

void room_table::give(cluster::command what) {
  if (is_ended_) return;
  auto it = owners_.find(what.where);
  if (it == owners_.end()) {
    const auto plan = node_.rules->plan_of(what.where.name);
    if (!plan) return;  // connections and edges check this first
    auto room =
        spawn_on<room_actor>(node_.home_of(what.where), node_, *this, what.where, plan->rule);
    it = owners_.emplace(what.where, owner{std::move(room), 0}).first;
  }
  ++it->second.given;
  caf::anon_send(it->second.room, std::move(what));
}

bool room_table::forget(const topic& where, std::uint64_t taken) {
  auto it = owners_.find(where);
  if (it == owners_.end()) return true;
  if (it->second.given != taken) return false;
  owners_.erase(it);
  node_.probe.add(metrics::gauge::rooms, -1);
  return true;
}

void room_table::rules_changed() {
  for (auto& [where, each] : owners_) caf::anon_send(each.room, actors::rules_changed{});
}

void room_table::end_all() {
  is_ended_ = true;
  for (auto& [where, each] : owners_) caf::anon_send(each.room, end_now{});
  owners_.clear();
}

}  // namespace roost::actors
