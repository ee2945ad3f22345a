// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/view/sim/view_world.hpp"

#include <algorithm>
#include <utility>

namespace roost::cluster::sim {

using namespace std::chrono_literals;

world_counts& world_counts::operator+=(const world_counts& other) {
  markers += other.markers;
  crashes += other.crashes;
  leaves += other.leaves;
  pauses += other.pauses;
  cuts += other.cuts;
  store_cuts += other.store_cuts;
  outages += other.outages;
  drops += other.drops;
  refused_names += other.refused_names;
  link_breaks += other.link_breaks;
  return *this;
}

view_world::view_world(std::uint64_t seed, const view_faults& faults, bool is_verbose)
    : around_(seed, is_verbose), faults_(faults) {
  around_.living = [this] {
    std::vector<node_id> out;
    for (const auto& [id, member] : members_) out.push_back(id);
    return out;
  };
  // Longer than any rule waits before the others take the shards of a node.
  around_.is_fine = [this](node_id id) {
    const auto at = members_.find(id);
    return at != members_.end() && at->second->is_fine() &&
           around_.now - at->second->fine_since > 2'500ms;
  };
  around_.is_leaving = [this](node_id id) {
    return members_.contains(id) && members_.at(id)->is_leaving;
  };
}

std::string view_world::run() {
  const auto nodes = around_.random.between(2, 5);
  for (std::uint64_t i = 0; i < nodes; ++i) {
    start_member("node-" + std::to_string(++next_name_));
    run_for(milliseconds(around_.random.below(1'000)));
  }
  rest();
  for (int round = 0; round < 3 && around_.broken.text.empty(); ++round) {
    outage();
    deafness();
    store_silence();
    around_.network.faults = {static_cast<unsigned>(around_.random.below(20)),
                              static_cast<unsigned>(around_.random.below(20)),
                              static_cast<unsigned>(around_.random.below(50))};
    for (auto events = around_.random.between(1, 5); events > 0; --events) {
      something_happens();
      run_for(milliseconds(around_.random.below(2'500)));
    }
    rest();
  }
  for (const auto& log : around_.logs) counts_.markers += log.markers;
  for (const auto& [id, member] : members_) counts_.link_breaks += member->node().links().breaks;
  return around_.broken.text;
}

void view_world::start_member(std::string name) {
  const node_id id{++next_id_};
  around_.trace(std::to_string(id.value) + " starts as " + name);
  members_.emplace(id, std::make_unique<sim_member>(id, std::move(name), around_, faults_));
}

void view_world::run_for(milliseconds time) { run_until(around_.now + time); }

void view_world::run_until(time_point end) {
  for (; around_.now < end && around_.broken.text.empty(); around_.now += 1ms) {
    while (!due_.empty() && due_.begin()->first <= around_.now) {
      const auto happen = std::move(due_.extract(due_.begin()).mapped());
      happen();
    }
    deliver();
    for (auto& [id, member] : members_) {
      if (!member->is_fine()) member->fine_since = around_.now;
      auto& next = next_run_[id];
      if (around_.now < next) continue;
      next = around_.now + milliseconds(around_.random.between(5, 40));
      member->run();
    }
    check_names();
    end_members();
  }
}

void view_world::deliver() {
  while (const auto next = around_.network.next(around_.now)) {
    const auto to = members_.find(next->to);
    if (to == members_.end()) continue;
    to->second->arrive(*next);
    // Some nodes decide at once, others read more first.
    if (around_.random.chance(300)) to->second->run();
  }
}

/// A node may start under the name of one that is not heard, but of no other.
void view_world::check_names() {
  for (const auto& [id, member] : members_) {
    if (member->node().members().state() != node_state::up || !started_.insert(id).second) continue;
    for (const auto& [other_id, other] : members_) {
      if (id == other_id || member->name() != other->name() || !around_.is_fine(other_id)) continue;
      around_.broken.report(around_.now, std::to_string(id.value) + " starts under the name of " +
                                             std::to_string(other_id.value));
    }
  }
}

void view_world::end_members() {
  std::erase_if(members_, [&](const auto& each) {
    const auto& member = *each.second;
    if (member.is_refused()) {
      ++counts_.refused_names;
      const bool has_reason = std::ranges::any_of(members_, [&](const auto& other) {
        return other.first != each.first && other.second->name() == member.name();
      });
      if (!has_reason) around_.broken.report(around_.now, member.name() + " is refused");
    }
    return member.is_refused() || member.may_end();
  });
}

std::uint64_t view_world::moves() const {
  std::uint64_t out = 0;
  for (const auto& log : around_.logs) out += log.markers + (log.released_to != node_id{} ? 1 : 0);
  return out;
}

void view_world::rest() {
  while (!due_.empty() && around_.broken.text.empty()) run_until(due_.begin()->first + 1ms);
  if (members_.empty()) start_member("node-" + std::to_string(++next_name_));
  // Only heartbeats can show that the last frame was lost.
  around_.is_quiet = around_.random.chance(500);
  around_.network.faults = {};
  const auto limit = around_.now + 60s;
  auto last_moves = moves();
  auto quiet_since = around_.now;
  while (around_.now < limit && around_.now - quiet_since < 4s) {
    run_for(50ms);
    if (!around_.broken.text.empty()) return;
    if (std::exchange(last_moves, moves()) != last_moves) quiet_since = around_.now;
  }
  if (around_.now >= limit) around_.broken.report(around_.now, "shards never stop moving");
  around_.is_quiet = true;
  run_for(1s);
  check_rest();
  around_.is_quiet = false;
}

void view_world::check_rest() {
  std::map<node_id, std::size_t> loads;
  for (const auto& log : around_.logs) ++loads[log.author];
  for (const auto& [id, member] : members_) {
    member->check_at_rest(members_);
    const auto floor = sim_shards / members_.size();
    const auto ceil = (sim_shards + members_.size() - 1) / members_.size();
    if (loads[id] < floor || loads[id] > ceil) {
      around_.broken.report(around_.now, "at rest " + std::to_string(id.value) + " owns " +
                                             std::to_string(loads[id]) + " shards");
    }
  }
}

sim_member* view_world::any_member() {
  auto at = members_.begin();
  std::advance(at, around_.random.below(members_.size()));
  return at->second.get();
}

void view_world::later(milliseconds after, std::function<void()> end) {
  due_.emplace(around_.now + after, std::move(end));
}

}  // namespace roost::cluster::sim
