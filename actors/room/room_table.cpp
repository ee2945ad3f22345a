#include "actors/room/room_table.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room_actor.hpp"
#include "net/auth/pattern.hpp"

namespace roost::actors {

void room_table::give(cluster::command what) {
  if (is_ended_) return;
  auto it = owners_.find(what.where);
  if (it == owners_.end()) {
    const auto* rule = rule_of(node_.config->rooms, what.where.name);
    if (!rule) return;  // connections and edges check this first
    if (what.what == cluster::command::kind::look) return say_absent(what);
    auto room = spawn_on<room_actor>(node_.home_of(what.where), node_, *this, what.where, *rule);
    it = owners_.emplace(what.where, owner{std::move(room)}).first;
  }
  ++it->second.given;
  caf::anon_send(it->second.room, std::move(what));
}

/// Whoever only looks makes no room.
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
  std::vector<std::pair<const std::string*, const room*>> found;
  for (const auto& [where, each] : owners_) {
    if (!each.under || where.name <= after) continue;
    if (net::auth::matches(match, where.name)) found.emplace_back(&where.name, each.under);
  }
  const auto count = std::min(most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), found.end(),
                    [](const auto& a, const auto& b) { return *a.first < *b.first; });
  std::vector<room_line> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [name, under] = found[i];
    out.push_back(
        {topic{*name}, under->kind_name(), under->epoch_text(), under->head(), under->members()});
  }
  return out;
}

bool room_table::forget(const topic& where, std::uint64_t taken) {
  auto it = owners_.find(where);
  if (it == owners_.end()) return true;
  if (it->second.given != taken) return false;
  owners_.erase(it);
  node_.probe.add(metrics::gauge::rooms, -1);
  return true;
}

void room_table::end_all() {
  is_ended_ = true;
  for (auto& [where, each] : owners_) caf::anon_send(each.room, end_now{});
  owners_.clear();
}

}  // namespace roost::actors
