// SPDX-License-Identifier: Apache-2.0
// Faults and changes of the nodes of a simulated cluster.
#include <algorithm>
#include <utility>

#include "tests/cluster/view/sim/view_world.hpp"

namespace roost::cluster::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t members_max = 5;

}  // namespace

void view_world::something_happens() {
  if (members_.empty()) return;
  switch (around_.random.below(8)) {
    case 0:
      return crash();
    case 1:
      return leave();
    case 2:
      return pause();
    case 3:
    case 4:
      return cut();
    case 5:
      return cut_store();
    case 6:
      return drop();
    default:
      return take_name();
  }
}

/// The process ends, and is often started again under its name, at once or later.
void view_world::crash() {
  if (members_.size() < 2) return;
  ++counts_.crashes;
  const auto* member = any_member();
  const auto name = member->name();
  around_.trace(std::to_string(member->id().value) + " crashes");
  members_.erase(member->id());
  if (around_.random.chance(800)) {
    later(milliseconds(around_.random.below(4'000)), [this, name] { start_member(name); });
  }
}

void view_world::leave() {
  if (members_.size() < 2) return;
  ++counts_.leaves;
  auto* member = any_member();
  const auto id = member->id();
  around_.trace(std::to_string(id.value) + " leaves");
  member->leave();
  // A drain ends after a while, also if shards are left.
  later(10s, [this, id] { members_.erase(id); });
}

void view_world::pause() {
  ++counts_.pauses;
  auto* member = any_member();
  const auto id = member->id();
  const auto time = milliseconds(around_.random.between(50, 4'000));
  around_.trace(std::to_string(id.value) + " stands still for " + std::to_string(time.count()));
  member->is_paused = true;
  later(time, [this, id] {
    if (members_.contains(id)) members_[id]->is_paused = false;
  });
}

/// A node cannot send, or cannot hear, or loses its connection.
void view_world::cut() {
  ++counts_.cuts;
  auto* member = any_member();
  const auto id = member->id();
  const auto time = milliseconds(around_.random.between(50, 5'000));
  const auto kind = around_.random.below(3);
  around_.trace(std::to_string(id.value) + " is cut, kind " + std::to_string(kind) + ", for " +
                std::to_string(time.count()));
  if (kind == 0) member->sends = false;
  if (kind == 1) member->hears = false;
  if (kind == 2) member->is_connected = false;
  later(time, [this, id] {
    const auto at = members_.find(id);
    if (at == members_.end()) return;
    at->second->sends = at->second->hears = true;
    if (!at->second->is_connected) at->second->reconnect();
  });
}

void view_world::cut_store() {
  ++counts_.store_cuts;
  auto* member = any_member();
  const auto id = member->id();
  member->has_store = false;
  around_.trace(std::to_string(id.value) + " loses its store");
  later(milliseconds(around_.random.between(500, 12'000)), [this, id] {
    if (members_.contains(id)) members_[id]->has_store = true;
  });
}

void view_world::drop() {
  ++counts_.drops;
  any_member()->drop_some_shard();
}

/// A new node, perhaps under the name of one that lives.
void view_world::take_name() {
  const bool is_double = around_.random.chance(300);
  if (members_.size() >= members_max && !is_double) return;
  start_member(is_double ? any_member()->name() : "node-" + std::to_string(++next_name_));
}

/// The network is away for all, and the nodes reconnect within 700 ms: nothing moves, and nobody
/// leaves a view.
void view_world::outage() {
  ++counts_.outages;
  const auto before = moves();
  const auto time = milliseconds(around_.random.between(100, 15'000));
  around_.trace("the network is away for " + std::to_string(time.count()));
  std::map<node_id, std::size_t> breaks;
  for (auto& [id, member] : members_) member->is_connected = false;
  around_.is_away = true;
  run_for(time);
  around_.is_away = false;
  for (auto& [id, member] : members_) {
    later(milliseconds(around_.random.below(700)),
          [member = member.get()] { member->reconnect(); });
  }
  for (int i = 0; i < 100; ++i) {
    run_for(20ms);
    for (const auto& [id, member] : members_) {
      if (member->node().view().nodes.size() == members_.size()) continue;
      around_.broken.report(around_.now,
                            "an outage changes the view of " + std::to_string(id.value));
    }
  }
  rest();
  if (moves() != before) around_.broken.report(around_.now, "an outage moves shards");
}

/// A node that sends but cannot hear loses its shards, and receives its share again later.
void view_world::deafness() {
  if (members_.size() < 2) return;
  auto* member = any_member();
  around_.trace(std::to_string(member->id().value) + " is deaf");
  member->hears = false;
  run_for(4s);
  check_loss(member->id(), "is deaf");
  member->hears = true;
  rest();
}

/// A node whose store is silent while the store answers the others loses its shards.
void view_world::store_silence() {
  if (members_.size() < 2) return;
  auto* member = any_member();
  around_.trace(std::to_string(member->id().value) + " has no store");
  member->has_store = false;
  run_for(12s);
  check_loss(member->id(), "has no store");
  member->has_store = true;
  rest();
}

void view_world::check_loss(node_id id, const std::string& cause) {
  for (const auto& log : around_.logs) {
    if (log.author != id) continue;
    around_.broken.report(around_.now,
                          std::to_string(id.value) + " " + cause + " and still owns a shard");
    return;
  }
}

}  // namespace roost::cluster::sim
