// SPDX-License-Identifier: Apache-2.0
// How a registry loads durable rooms, and drops those of a shard that this node lost.
#include <caf/send.hpp>
#include <chrono>
#include <utility>

#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "actors/room/room_registry.hpp"
#include "actors/runtime/pinned_actor.hpp"

namespace roost::actors {

namespace {

/// Shorter than the default of cluster.commit_timeout_ms, so that a sender is told "unavailable"
/// and not "unknown outcome".
constexpr milliseconds load_timeout{5'000};

/// Ends a room that the registry no longer knows, before it takes the commands in its mailbox.
void end_at_once(const caf::actor& room) {
  caf::anon_send<caf::message_priority::high>(room, end_now{});
}

}  // namespace

/// Adds a room that is loaded. Without a rule, which a reload has removed, the default one counts.
room_registry::owners::iterator room_registry::add_loading(const topic& topic) {
  auto rule = shared_.rules.find(topic.name);
  if (!rule) rule = std::make_shared<const compiled_rule>(room_rule{});
  const auto it = add(topic);
  it->second.shard = &shared_.shards->of(topic);
  it->second.loading = std::make_unique<load>(std::move(rule), waiting_bytes_, waiting_bytes_max_);
  return it;
}

void room_registry::begin_load(owners::iterator at) {
  const auto durability = at->second.loading->rule->rule.durability;
  caf::anon_send(at->second.shard->log,
                 load_room{at->first, durability == room_durability::snapshot});
}

/// The command waits for its room. If too many wait, all are refused, because the answers to the
/// commands of an edge must keep their order.
void room_registry::wait(owners::iterator at, cluster::command&& command) {
  auto& waiting = at->second.loading->commands;
  if (!waiting.has_space_for(command)) {
    refuse_waiting(*at->second.loading);
    return refuse(command, errc::unavailable, errc::unavailable);
  }
  if (waiting.empty()) {
    at->second.loading->deadline = home_.home().now() + load_timeout;
    deadlines_.push_back({at->second.loading->deadline, at->first});
    if (!deadline_timer_.is_armed()) home_.home().arm(deadline_timer_, load_timeout);
  }
  waiting.add(std::move(command));
}

void room_registry::refuse_waiting(load& loading) {
  for (const auto& each : loading.commands.take()) {
    refuse(each, errc::unavailable, errc::unavailable);
  }
}

/// Refuses commands that have waited too long. The loads go on.
void room_registry::check_deadlines() {
  const auto now = home_.home().now();
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const auto due = std::move(deadlines_.front());
    deadlines_.pop_front();
    const auto it = owners_.find(due.topic);
    if (it == owners_.end() || !it->second.loading) continue;
    if (it->second.loading->deadline == due.at) refuse_waiting(*it->second.loading);
  }
  if (deadlines_.empty()) return;
  home_.home().arm(deadline_timer_, std::chrono::ceil<milliseconds>(deadlines_.front().at - now));
}

void room_registry::loaded(loaded_room&& stored) {
  if (is_ended_) return;
  auto it = owners_.find(stored.topic);
  if (it == owners_.end()) {  // fenced meanwhile: the room ends once it is stored
    if (stored.why != errc::none) return;
    it = add_loading(stored.topic);
  }
  if (!it->second.loading || it->second.room) return;
  auto& loading = *it->second.loading;
  if (stored.why != errc::none) {
    const auto failed = std::move(it->second.loading);
    remove(it);
    if (stored.is_owned || !shared_.bus.may_lose()) refuse_waiting(*failed);
    return;
  }
  const bool is_wanted = stored.is_stored() || !loading.commands.all_of(is_query);
  if (!is_wanted) {
    const auto waiting = loading.commands.take();
    caf::anon_send(it->second.shard->log, drop_room{it->first});
    remove(it);
    for (const auto& each : waiting) answer_not_found(each);
    return;
  }
  const bool stores_first = stored.stores_first;
  stored.load = ++loads_;
  const bool is_attach_waiting = loading.commands.any_of(
      [](const cluster::command& each) { return cluster::is<cluster::commands::attach>(each); });
  stored.is_attaching = is_attaching(it->first, stored.of.ownership) || is_attach_waiting;
  it->second.room =
      spawn_on<room_actor>(home_, shared_, *this, empty_, it->first, loading.rule->rule, epoch{},
                           it->second.shard, std::move(stored));
  if (!stores_first) ready(it->first);
}

void room_registry::ready(const topic& topic) {
  const auto it = owners_.find(topic);
  if (it == owners_.end() || !it->second.loading) return;
  const auto loading = std::move(it->second.loading);
  auto& to = it->second;
  for (auto& each : loading->commands.take()) send(to, std::move(each));
  // If all edges have attached while the room was read, no other message tells it.
  const auto ownership = to.state ? to.state->past().current().ownership : 0;
  if (!is_attaching(topic, ownership)) caf::anon_send(to.room, all_attached{ownership});
  if (loading->is_captured) caf::anon_send(to.room, capture_room{});
  if (to.dispatched != 0) return;
  if (loading->is_retired) caf::anon_send(to.room, retire_room{});
  caf::anon_send(to.room, expire_if_empty{});
}

void room_registry::capture(const topic& topic) {
  if (is_ended_) return;
  auto it = owners_.find(topic);
  if (it != owners_.end() && !it->second.loading) {
    return caf::anon_send(it->second.room, capture_room{});
  }
  if (it == owners_.end()) {
    it = add_loading(topic);
    begin_load(it);
  }
  it->second.loading->is_captured = true;
}

void room_registry::retire(const topic& topic) {
  if (is_ended_ || owners_.contains(topic)) return;
  const auto it = add_loading(topic);
  begin_load(it);
  it->second.loading->is_retired = true;
}

void room_registry::reload(const topic& topic) {
  const auto it = owners_.find(topic);
  if (it == owners_.end() || !it->second.loading || !it->second.room) return;
  end_at_once(it->second.room);
  it->second.room = nullptr;
  it->second.state = nullptr;
  caf::anon_send(it->second.shard->log, load_room{topic, true});
}

void room_registry::store_all() {
  for (auto& [topic, each] : owners_) {
    if (each.room && each.shard) caf::anon_send(each.room, store_and_end{});
  }
}

void room_registry::fenced(cluster::shard_id shard) {
  for (auto it = owners_.begin(); it != owners_.end();) {
    const auto at = it++;
    if (!at->second.shard || at->second.shard->id != shard) continue;
    if (at->second.room) end_at_once(at->second.room);
    const auto loading = std::move(at->second.loading);
    remove(at);
    // In a cluster edges send them to the next owner: this one may have applied some of them.
    if (loading && !shared_.bus.may_lose()) refuse_waiting(*loading);
  }
}

}  // namespace roost::actors
