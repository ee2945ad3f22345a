// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/links/links_world.hpp"

#include <string_view>
#include <utility>

namespace roost::cluster::tests {

using namespace std::chrono_literals;

links_world::links_world(std::uint64_t seed, const view_faults& faults) : around_(seed) {
  around_.options.faults = faults;
  around_.logs.read_ms_max = 150;
  around_.logs.unknown_outcome_permille = 50;
  // In some runs every queue is small, so that it overflows.
  if (around_.random.chance(300)) {
    around_.options.links.queue_bytes_max = 4'000;
    around_.options.links.frame_bytes_max = 700;
    around_.options.queue_bytes_max = 8'000;
    around_.options.unverified_bytes_max = 3'000;
  }
}

std::string links_world::run() {
  for (auto count = around_.random.between(3, 5); count > 0; --count) {
    start("node-" + std::to_string(++next_name_));
    run_for(milliseconds(around_.random.below(300)));
  }
  run_for(1500ms);
  around_.network.faults() = {static_cast<unsigned>(around_.random.below(15)),
                              static_cast<unsigned>(around_.random.below(20)),
                              static_cast<unsigned>(around_.random.below(50))};
  for (auto events = around_.random.between(3, 6); events > 0; --events) {
    something_happens();
    run_for(milliseconds(around_.random.below(1'200)));
  }
  rest();
  totals_.arrivals = around_.ledger.arrivals();
  for (const auto& log : around_.logs.all) totals_.markers += log.markers;
  while (!nodes_.empty()) remove(nodes_.begin()->first);
  return around_.broken;
}

void links_world::start(std::string name) {
  const node_id id{++next_id_};
  nodes_[id] = std::make_unique<world_node>(id, std::move(name), around_);
}

void links_world::run_for(milliseconds time) {
  const auto end = around_.logs.now + time;
  while (around_.logs.now < end && around_.broken.empty()) {
    around_.logs.now += 10ms;
    while (!due_.empty() && due_.begin()->first <= around_.logs.now) {
      const auto action = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      action();
    }
    around_.network.deliver(around_.logs.now);
    for (auto& [id, node] : nodes_) {
      // Some nodes run less often.
      if (!node->is_paused && around_.random.chance(800)) node->run();
    }
  }
}

void links_world::something_happens() {
  if (nodes_.empty()) return start("node-" + std::to_string(++next_name_));
  switch (around_.random.below(11)) {
    case 0:
      return crash();
    case 1:
      return pause();
    case 2:
    case 3:
      return cut();
    case 4:
      return disconnect();
    case 5:
      return restart_network();
    case 6:
      return block();
    case 7:
      return leave();
    case 8:
      return burst();
    case 9:
      return damage();
    default:
      return start("node-" + std::to_string(++next_name_));
  }
}

/// The process ends, and another one starts under its name later.
void links_world::crash() {
  if (nodes_.size() < 2) return;
  const auto name = any().name();
  for (const auto& [id, node] : nodes_) {
    if (node->name() != name) continue;
    remove(id);
    break;
  }
  later(milliseconds(around_.random.between(1'200, 3'000)), [this, name] { start(name); });
}

void links_world::pause() {
  auto& node = any();
  const auto id = node.node().id;
  node.is_paused = true;
  around_.network.pause(id);
  later_for(id, milliseconds(around_.random.between(100, 2'500)), [this, id](world_node& paused) {
    paused.is_paused = false;
    // The loop may see its timer or its sockets first.
    if (around_.random.chance(500)) paused.run();
    around_.network.resume(id, around_.logs.now);
  });
}

/// A node cannot send, or cannot hear, or not to one other node.
void links_world::cut() {
  const auto from = any().node().id;
  const auto to = any().node().id;
  switch (around_.random.below(3)) {
    case 0:
      around_.network.cut_from_all(from);
      break;
    case 1:
      around_.network.deafen(from);
      break;
    default:
      around_.network.cut(from, to);
  }
  later(milliseconds(around_.random.between(50, 2'500)), [this] { around_.network.mend(); });
}

void links_world::disconnect() {
  const auto id = any().node().id;
  around_.network.disconnect(id);
  later_for(id, milliseconds(around_.random.below(2'000)),
            [this, id](world_node&) { around_.network.reconnect(id); });
}

void links_world::restart_network() {
  const auto time = around_.random.between(50, 3'000);
  for (const auto& [id, node] : nodes_) {
    around_.network.disconnect(id);
    around_.network.cut_from_all(id);
    later_for(id, milliseconds(time + around_.random.below(500)),
              [this, id = id](world_node&) { around_.network.reconnect(id); });
  }
  later(milliseconds(time), [this] { around_.network.mend(); });
}

void links_world::block() {
  const auto id = any().node().id;
  around_.network.block(id, true);
  later_for(id, milliseconds(around_.random.between(10, 1'000)),
            [this, id](world_node&) { around_.network.block(id, false); });
}

void links_world::burst() {
  auto& node = any();
  for (int i = 0; i < 60 && !node.is_paused; ++i) {
    const shard_id shard{static_cast<std::uint32_t>(around_.random.below(world_shards))};
    node.publish_command(shard);
    node.publish_event(shard);
  }
}

/// The network refuses a frame, or an envelope is damaged or of a newer version, with others
/// behind.
void links_world::damage() {
  auto& from = any();
  auto& node = from.node();
  if (around_.random.chance(500)) return around_.network.refuse_frames(node.id, 1);
  const bool is_damaged = around_.random.chance(500);
  const std::string_view newer("\x8f\x01\0\0\0\0", 6);
  node.outgoing.push({living(), slice::of(bytes_ptr::copy(is_damaged ? "{}" : newer)), {}});
  for (std::uint32_t k = 0; k < world_shards && !from.is_paused; ++k) {
    from.publish_command(shard_id{k});
  }
}

void links_world::leave() {
  if (nodes_.size() < 3) return;
  auto& node = any();
  node.node().links.leave();
  later_for(node.node().id, 3s, [this](world_node& left) { remove(left.node().id); });
}

void links_world::remove(node_id id) {
  auto& node = *nodes_.at(id);
  totals_.breaks += node.breaks();
  totals_.overruns += node.node().links.undelivered().overruns;
  totals_.overruns += node.node().links.node().links().overruns;
  totals_.stale += node.node().links.undelivered().stale;
  totals_.misrouted += node.node().links.undelivered().misrouted;
  totals_.gaps += node.node().links.node().links().gaps;
  nodes_.erase(id);
}

/// Ends all faults, waits until no shard moves any more, and checks that everybody agrees.
void links_world::rest() {
  while (!due_.empty() && around_.broken.empty()) run_for(50ms);
  around_.network.faults() = {};
  if (nodes_.empty()) start("node-" + std::to_string(++next_name_));
  auto last = moves();
  auto quiet_since = around_.logs.now;
  const auto limit = around_.logs.now + 30s;
  while (around_.logs.now - quiet_since < 2'500ms && around_.broken.empty()) {
    run_for(100ms);
    if (std::exchange(last, moves()) != last) quiet_since = around_.logs.now;
    if (around_.logs.now > limit) around_.fail({}, "shards never stop moving");
  }
  for (auto& [id, node] : nodes_) node->check_at_rest(living());
  for (auto& [id, node] : nodes_) {
    for (std::uint32_t k = 0; k < world_shards; ++k) {
      node->publish_command(shard_id{k});
      node->publish_event(shard_id{k});
    }
  }
  // Nothing else is published, so all of it arrives.
  for (int i = 0; i < 20 && around_.broken.empty(); ++i) {
    around_.logs.now += 10ms;
    around_.network.deliver(around_.logs.now);
    for (auto& [id, node] : nodes_) node->node().run(around_.logs.now);
  }
  for (auto& [id, node] : nodes_) node->check_arrivals(living());
}

void links_world::later(milliseconds after, std::function<void()> end) {
  due_.emplace(around_.logs.now + after, std::move(end));
}

void links_world::later_for(node_id id, milliseconds after, std::function<void(world_node&)> end) {
  later(after, [this, id, end = std::move(end)] {
    const auto at = nodes_.find(id);
    if (at != nodes_.end()) end(*at->second);
  });
}

world_node& links_world::any() {
  auto at = nodes_.begin();
  std::advance(at, around_.random.below(nodes_.size()));
  return *at->second;
}

std::vector<node_id> links_world::living() const {
  std::vector<node_id> out;
  for (const auto& [id, node] : nodes_) out.push_back(id);
  return out;
}

std::uint64_t links_world::moves() const {
  std::uint64_t out = 0;
  for (const auto& log : around_.logs.all) {
    out += log.markers + (log.released_to == node_id{} ? 0 : 1);
  }
  return out;
}

}  // namespace roost::cluster::tests
