// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_registry.hpp"

#include <algorithm>
#include <array>
#include <caf/send.hpp>
#include <utility>

#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

namespace commands = cluster::commands;
namespace events = cluster::events;

namespace {

// Bound of the commands that wait for rooms, on all loops together.
constexpr std::size_t waiting_bytes_max = 67'108'864;
// Evicted durable rooms count as gone before they are stored; at most this many.
constexpr std::int64_t leaving_max = 1'024;

}  // namespace

room_registry::room_registry(const room_dependencies& shared, loop_unit& home, empty_rooms& empty)
    : shared_(shared),
      home_(home),
      empty_(empty),
      waiting_bytes_max_(waiting_bytes_max / loop_scheduler::of(home.system()).size()) {}

bool room_registry::is_query(const cluster::command& command) {
  return cluster::is<commands::query>(command);
}

void room_registry::dispatch(cluster::command&& command) {
  if (is_ended_) return;
  auto it = owners_.find(command.topic);
  const bool has_room = it != owners_.end() && !it->second.loading;
  if (!has_room && (!needs_room(command) || is_stale(command))) return;
  if (it == owners_.end()) it = start(command);
  if (it == owners_.end()) return;  // start() has answered
  if (it->second.loading) return wait(it, std::move(command));
  send(it->second, std::move(command));
}

/// False for commands that concern only a running room.
bool room_registry::needs_room(const cluster::command& command) {
  return !cluster::is<commands::ephemeral>(command) && !cluster::is<commands::detach>(command);
}

/// Whether the shard has a newer owner than the one that the command names.
bool room_registry::is_stale(const cluster::command& command) const {
  if (shared_.faults && shared_.faults->no_epoch_in_commands) return false;
  const auto now = shared_.bus.owner_of(shared_.bus.shard_of(command.topic));
  return now.ownership != command.ownership;
}

void room_registry::send(owner& to, cluster::command&& command) {
  ++to.dispatched;
  caf::anon_send(to.room, std::move(command));
}

/// Starts a room or its load. Answers the command if neither is possible.
room_registry::owners::iterator room_registry::start(const cluster::command& command) {
  const auto rule = shared_.rules.find(command.topic.name);
  const bool is_durable =
      rule && shared_.shards && rule->rule.durability != room_durability::memory;
  if (is_query(command) && !is_durable) {
    answer_not_found(command);
  } else if (!rule) {
    refuse(command, errc::unmatched_topic);  // a reload removed the rule
  } else if (!cluster::is<commands::attach>(command) && !has_space()) {
    refuse(command, errc::unavailable);
  } else if (is_durable) {
    const auto it = add_loading(command.topic);
    begin_load(it);
    return it;
  } else {
    const auto it = add(command.topic);
    epoch first;
    if (command.ownership != 0) first = {command.ownership, static_cast<std::uint32_t>(++loads_)};
    loaded_room blank;
    blank.is_attaching = is_attaching(command.topic, command.ownership);
    it->second.room = spawn_on<room_actor>(home_, shared_, *this, empty_, it->first, rule->rule,
                                           first, nullptr, std::move(blank));
    return it;
  }
  return owners_.end();
}

room_registry::owners::iterator room_registry::add(const topic& topic) {
  const auto it = owners_.try_emplace(topic).first;
  by_name_.add(it->first);
  shared_.probe.add(metrics::gauge::rooms, 1);
  return it;
}

void room_registry::remove(owners::iterator at) {
  // A room that starts later under the same ownership has a later epoch.
  if (const auto* const state = at->second.state) {
    loads_ = std::max<std::uint64_t>(loads_, state->past().current().crashes);
  }
  empty_.take_out(at->second.empty);
  by_name_.remove(at->first);
  owners_.erase(at);
  shared_.probe.add(metrics::gauge::rooms, -1);
}

/// Whether a room may be added. At the limit each new room needs one empty room that is leaving.
bool room_registry::has_space() {
  const auto max = shared_.config->limits.rooms_max;
  if (max == 0) return true;
  const auto rooms = shared_.probe.value_without_sources(metrics::gauge::rooms);
  const auto excess = static_cast<std::int64_t>(rooms) + 1 - max;
  return rooms < max || ((!shared_.shards || excess <= leaving_max) && empty_.evict_rooms(excess));
}

/// Answers in place of a room that was not started; such an answer has no text of an epoch.
/// `why_push`: for the pushes of members.
void room_registry::refuse(const cluster::command& command, errc why, errc why_push) {
  // Nothing waits for an unnumbered fetch. A command that comes too early is dropped and resent.
  const auto& id = command.id;
  if (is_query(command)) return answer(command, events::refused{id, why});
  if (id.number == 0 || (shared_.bus.may_lose() && id.number != command.answered + 1)) return;
  if (cluster::is<commands::leave>(command)) return answer(command, events::left{id});
  if (!cluster::is<commands::join>(command) && !cluster::is<commands::publish>(command)) {
    return answer(command, events::refused{id, why_push});
  }
  shared_.probe.add(metrics::counter::rooms_refused);
  log::warning("room_refused", {log::of(command.topic)});
  answer(command, events::refused{id, why});
}

/// Answers a query. While edges attach, one of them may continue the room: then the query is
/// dropped, and its edge resends it.
void room_registry::answer_not_found(const cluster::command& query) {
  if (!is_attaching(query.topic, query.ownership)) answer(query, events::not_found{query.id});
}

void room_registry::answer(const cluster::command& command, decltype(cluster::event::body) kind) {
  cluster::event out;
  out.topic = command.topic;
  out.epoch_number = {command.ownership};
  out.body = std::move(kind);
  const std::array to{command.id.edge.node};
  (void)shared_.bus.publish(cluster::share(std::move(out)), to);
}

void room_registry::opened(const topic& topic, const room& room) {
  const auto it = owners_.find(topic);
  if (it != owners_.end()) it->second.state = &room;
}

std::vector<room_summary> room_registry::list(std::string_view match, std::string_view after,
                                              std::size_t max) const {
  std::vector<room_summary> out;
  if (max == 0) return out;
  by_name_.visit_after(match, after, [&](const topic& topic) {
    if (const auto* state = owners_.at(topic).state) {
      out.push_back({topic, std::string(state->kind_name()), state->epoch_text(), state->head(),
                     state->members()});
    }
    return out.size() < max;
  });
  return out;
}

bool room_registry::remove_if_done(const topic& topic, std::uint64_t taken) {
  auto it = owners_.find(topic);
  if (it == owners_.end()) return true;
  if (it->second.dispatched != taken) return false;
  remove(it);
  return true;
}

void room_registry::emptied(const topic& topic) {
  const auto it = owners_.find(topic);
  if (it == owners_.end()) return;
  const auto* const state = it->second.state;
  const auto bytes = state ? state->past().bytes() + state->held().sum() : 0;
  empty_.put(it->second.empty, it->second.room, static_cast<std::int64_t>(bytes));
}

void room_registry::occupied(const topic& topic) {
  const auto it = owners_.find(topic);
  if (it != owners_.end()) empty_.take_out(it->second.empty);
}

bool room_registry::is_leaving(const topic& topic) const {
  const auto it = owners_.find(topic);
  return it != owners_.end() && empty_.is_leaving(it->second.empty);
}

void room_registry::drop_former(cluster::shard_id shard, std::uint64_t ownership) {
  attaching_[shard] = ownership;
  for (auto it = owners_.begin(); it != owners_.end();) {
    const auto at = it++;
    const auto* const state = at->second.state;
    if (at->second.shard || !state || shared_.bus.shard_of(at->first) != shard) continue;
    if (state->past().current().ownership >= ownership) continue;
    caf::anon_send<caf::message_priority::high>(at->second.room, end_now{});
    remove(at);
  }
}

void room_registry::attaching_finished(cluster::shard_id shard, std::uint64_t ownership) {
  const auto begun = attaching_.find(shard);
  if (begun != attaching_.end() && begun->second == ownership) attaching_.erase(begun);
  for (const auto& [topic, each] : owners_) {
    if (each.room && shared_.bus.shard_of(topic) == shard)
      caf::anon_send(each.room, all_attached{ownership});
  }
}

void room_registry::node_left(node_id node) {
  for (const auto& [topic, each] : owners_) {
    if (each.loading) each.loading->commands.forget(node);
    if (each.room) caf::anon_send(each.room, node_has_left{node});
  }
}

/// Whether attaches that were sent before attaching finished may still come. bus::is_attaching()
/// may be false already while some are on their way to this loop.
bool room_registry::is_attaching(const topic& topic, std::uint64_t ownership) const {
  const auto begun = attaching_.find(shared_.bus.shard_of(topic));
  return begun != attaching_.end() && begun->second == ownership;
}

void room_registry::rules_changed() {
  for (auto& [topic, each] : owners_) {
    if (each.room) caf::anon_send(each.room, actors::rules_changed{});
  }
}

void room_registry::end_all() {
  is_ended_ = true;
  for (auto& [topic, each] : owners_) {
    if (each.room) caf::anon_send(each.room, end_now{});
    empty_.take_out(each.empty);
  }
  deadline_timer_.cancel();
  by_name_.clear();
  owners_.clear();
}

}  // namespace roost::actors
