// SPDX-License-Identifier: Apache-2.0
// How a simulation kills, pauses and cuts off its nodes.
#include <algorithm>

#include "tests/sim/simulation.hpp"

namespace roost::sim {

void simulation::start(std::size_t node) {
  nodes_[node] =
      std::make_unique<simulated_node>(shared_, node, node_id{++started_}, random_.fork());
}

/// Ends a node so that nothing more of it reaches its clients, the stores or other nodes, besides
/// what is on its way.
void simulation::kill(std::size_t node) {
  ++kills_;
  nodes_[node]->count(counts_);
  ++breaks_[node];
  for (auto& each : clients_) {
    if (each.is_at(nodes_[node]->actors())) each.drop();
  }
  if (frames_) frames_->set_connected(node, false);
  stores_->set_dying(node, true);
  nodes_[node].reset();
  stores_->set_dying(node, false);
  stores_->set_cut_off(node, false);
  is_cut_off_[node] = false;
  is_leaving_[node] = false;
  paused_until_[node] = {};
  const bool has_power = !random_.chance(plan_.power_cut_permille);
  if (!has_power && !frames_) cut_power();  // the node and its stores are on one machine
}

/// The owner dies before it knows that its batch was stored.
void simulation::kill_author() {
  const auto author = store_check_->take_author();
  if (!author || !random_.chance(plan_.deadly_appends_permille)) return;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i] || nodes_[i]->id() != *author) continue;
    ++counts_["owners that die with an append"];
    return kill(i);
  }
}

/// Nodes die, and faults of the stores and of the network begin and end.
void simulation::disturb() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) disturb(i);
  if (random_.chance(are_stores_full_ ? 100 : plan_.full_stores_permille)) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) disturbed(i);
    are_stores_full_ = !are_stores_full_;
    if (are_stores_full_) ++counts_["times without space"];
    stores_->set_full(are_stores_full_);
  }
  if (frames_) disturb_network();
}

/// Another node, or the same one anew, becomes the owner of a shard.
void simulation::move_shard() {
  const cluster::shard_id shard{static_cast<std::uint32_t>(random_.below(network_->shards()))};
  network_->move(shard, random_.below(nodes_.size()));
  ++owner_changes_;
}

void simulation::disturb(std::size_t node) {
  if (!nodes_[node]) {
    if (random_.chance(200)) start(node);
    return;
  }
  if (is_leaving_[node] && nodes_[node]->actors().cluster()->may_end()) return kill(node);
  if (random_.chance(plan_.kill_permille)) return kill(node);
  const bool is_connected =
      !frames_ || plan_.power_cut_permille == 0 || frames_->is_connected(node);
  const auto permille = is_cut_off_[node] ? plan_.store_back_permille : plan_.cut_off_permille;
  if (is_connected && random_.chance(permille)) {
    disturbed(node);
    is_cut_off_[node] = !is_cut_off_[node];
    if (is_cut_off_[node]) ++counts_["nodes cut off from the stores"];
    stores_->set_cut_off(node, is_cut_off_[node]);
  }
  if (random_.chance(plan_.pause_permille)) {
    ++counts_["pauses"];
    const auto longest = static_cast<std::uint64_t>(3 * plan_.times.gone.count());
    paused_until_[node] = time_.now() + milliseconds(random_.between(1, longest));
    disturbed(node);
  }
  if (random_.chance(plan_.leave_permille)) {
    is_leaving_[node] = true;
    ++counts_["nodes that leave"];
    nodes_[node]->actors().leave();
  }
}

void simulation::disturb_network() {
  if (random_.chance(is_outage_ ? 150 : plan_.outage_permille)) {
    is_outage_ ? end_outage() : begin_outage();
  }
  for (std::size_t i = 0; i < nodes_.size() && !is_outage_; ++i) {
    const bool is_connected = frames_->is_connected(i);
    if (!random_.chance(is_connected ? plan_.break_permille : 150)) continue;
    if (is_connected) ++counts_["broken connections"];
    connect(i, !is_connected);
  }
  const auto from = random_.below(nodes_.size());
  const auto to = random_.below(nodes_.size());
  const bool is_cut = frames_->is_cut(from, to);
  if (from != to && random_.chance(is_cut ? plan_.uncut_permille : plan_.cut_permille)) {
    disturbed(from);
    disturbed(to);
    frames_->set_cut(from, to, !is_cut);
    if (!is_cut) ++counts_["paths cut one way"];
    if (!is_cut && plan_.split_permille > 0 && random_.chance(plan_.split_permille)) {
      frames_->set_cut(to, from, true);
      ++counts_["paths cut both ways"];
    }
  }
}

void simulation::begin_outage() {
  is_outage_ = true;
  ++counts_["outages"];
  const bool has_power = plan_.power_cut_permille == 0 || !random_.chance(plan_.power_cut_permille);
  if (!has_power) cut_power();
  for (std::size_t i = 0; i < nodes_.size(); ++i) connect(i, false, has_power);
}

/// Behind a power cut the nodes come back one after the other.
void simulation::end_outage() {
  is_outage_ = false;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (plan_.power_cut_permille == 0 || random_.chance(500)) connect(i, true);
  }
}

/// The machine of the stores, which also carries the frames, loses its power.
void simulation::cut_power() {
  ++power_cuts_;
  stores_->drop_requests();
  stores_->cut_power();
  if (!frames_) return;
  frames_->drop_all();
  store_check_->power_was_cut(time_.now(), plan_.stores.sync_interval);
}

/// The stores are reached over the connection of the frames. A node reaches them again when it has
/// heard of the break: it is the one that connects again.
void simulation::connect(std::size_t node, bool is_connected, bool has_power) {
  if (!nodes_[node]) return;
  disturbed(node);
  if (plan_.power_cut_permille > 0 && is_connected && paused_until_[node] > time_.now()) return;
  frames_->set_connected(node, is_connected, !has_power || random_.chance(700));
  is_cut_off_[node] = !is_connected;
  if (!is_connected) {
    ++breaks_[node];
    stores_->set_cut_off(node, true);
  } else if (plan_.power_cut_permille == 0) {
    stores_->set_cut_off(node, false);
  } else {
    reach_stores(node);
  }
}

void simulation::reach_stores(std::size_t node) {
  stores_->set_cut_off(node, true);
  nodes_[node]->loops()[0]->post([this, node, self = nodes_[node].get(), breaks = breaks_[node]] {
    if (nodes_[node].get() == self && breaks_[node] == breaks) stores_->set_cut_off(node, false);
  });
}

void simulation::disturbed(std::size_t node) {
  disturbed_at_[node] = std::max(time_.now(), paused_until_[node]);
}

bool simulation::is_undisturbed(node_id id) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i] || nodes_[i]->id() != id) continue;
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (frames_->is_cut(i, other) || frames_->is_cut(other, i)) return false;
    }
    const bool is_well = frames_->is_connected(i) && !is_cut_off_[i] && !are_stores_full_;
    return is_well && time_.now() - disturbed_at_[i] >= undisturbed_min;
  }
  return false;
}

/// False also if heartbeats may be missing.
bool simulation::are_up(node_id owner, node_id taker) const {
  const bool is_lossless = plan_.faults.loss_permille == 0 && plan_.faults.late_permille == 0;
  return is_lossless && is_undisturbed(owner) && is_undisturbed(taker);
}

}  // namespace roost::sim
