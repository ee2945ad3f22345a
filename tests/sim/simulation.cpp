// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"
#include "config/base/keyed_hash.hpp"
#include "tests/promises/room_check.hpp"

namespace roost::sim {

using namespace std::chrono_literals;

simulation::simulation(const plan& plan, const actors::fault_injection& faults)
    : plan_(plan), faults_(faults), random_(plan.seed ^ 0x5EEDU), shared_{plan_,   time_,
                                                                          nullptr, nullptr,
                                                                          {},      &faults_} {
  if (plan_.has_network) {
    network_.emplace(time_, random_.fork(), plan_.faults, plan_.nodes);
    shared_.network = &*network_;
  }
  if (plan_.is_durable) {
    stores_.emplace(time_, random_.fork(), plan_.stores, plan_.nodes);
    shared_.stores = &*stores_;
  }
  shared_.epochs = [this](epoch after) {
    ++last_epoch_;
    const auto number =
        after == epoch{} ? epoch{last_epoch_} : epoch{after.ownership, after.crashes + 1};
    return actors::new_epoch{number, "e" + std::to_string(100'000 + last_epoch_)};
  };
  nodes_.resize(plan_.nodes);
  is_cut_off_.resize(plan_.nodes);
  for (std::size_t i = 0; i < plan_.nodes; ++i) start(i);
  for (std::size_t i = 0; i < plan_.topics; ++i) {
    const auto terms = plan_.terms_of(plan_.config.rooms[i]);
    truths_.emplace_back(topic_name(i), found_, terms.forgets, terms.loses_end || terms.repeats);
  }
  for (std::size_t i = 0; i < plan_.clients; ++i) {
    clients_.emplace_back(static_cast<int>(i), plan_, time_, truths_, found_);
  }
  scenario_.emplace(plan_, random_.fork(), nodes_, clients_);
  make_movers();
}

simulation::~simulation() {
  for (auto& each : clients_) each.drop();
  for (auto& each : nodes_) {
    if (each) each->end();
  }
}

void simulation::start(std::size_t node) {
  nodes_[node] =
      std::make_unique<simulated_node>(shared_, node, node_id{++started_}, random_.fork());
}

/// Ends a node so that nothing more of it reaches its clients or the stores, besides what is on its
/// way to the stores.
void simulation::kill(std::size_t node) {
  ++kills_;
  for (auto& each : clients_) {
    if (each.is_at(nodes_[node]->actors())) each.drop();
  }
  stores_->set_cut_off(node, true);
  nodes_[node].reset();
  stores_->set_cut_off(node, false);
  is_cut_off_[node] = false;
  if (!random_.chance(plan_.power_cut_permille)) return;
  ++power_cuts_;
  stores_->drop_requests();  // the node and its stores are on one machine
  stores_->cut_power();
}

/// Nodes die, and faults of the stores begin and end.
void simulation::disturb() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) disturb(i);
  if (random_.chance(are_stores_full_ ? 100 : plan_.full_stores_permille)) {
    are_stores_full_ = !are_stores_full_;
    stores_->set_full(are_stores_full_);
  }
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
  if (random_.chance(plan_.kill_permille)) return kill(node);
  if (random_.chance(is_cut_off_[node] ? 100 : plan_.cut_off_permille)) {
    is_cut_off_[node] = !is_cut_off_[node];
    stores_->set_cut_off(node, is_cut_off_[node]);
  }
}

void simulation::make_movers() {
  for (auto& node : nodes_) {
    for (std::size_t i = 0; i < plan_.loops; ++i) {
      movers_.push_back([&node, i] { return node && node->loops()[i]->step(); });
    }
  }
  if (stores_) movers_.push_back([this] { return stores_->deliver_one(); });
  if (network_) movers_.push_back([this] { return network_->deliver_one(); });
  for (auto& each : clients_) {
    movers_.push_back([&each] { return each.deliver_one(); });
    movers_.push_back([this, &each] { return each.read_one(trace_); });
  }
}

bool simulation::move() {
  while (!awake_.empty()) {
    const auto pick = random_.below(awake_.size());
    if (movers_[awake_[pick]]()) {
      ++moves_;
      // A move may have created work for every other mover.
      awake_.resize(movers_.size());
      std::iota(awake_.begin(), awake_.end(), 0U);
      for (const auto& each : clients_) each.check_bounds();
      return true;
    }
    awake_[pick] = awake_.back();
    awake_.pop_back();
  }
  return false;
}

time_point simulation::next_due() const {
  auto out = network_ ? network_->next_due() : time_point::max();
  if (stores_) out = std::min(out, stores_->next_due());
  for (const auto& each : nodes_) {
    if (each) out = std::min(out, each->next_due());
  }
  return out;
}

/// Detects messages that cause new messages without end.
void simulation::check_rest() {
  if (network_ && !network_->dropped().empty())
    found_.broke(promise::well_formed, "a node could not decode an envelope");
  if (moves_ < moves_max) return;
  const auto published = network_ ? network_->published() : 0;
  found_.broke(promise::rest, std::to_string(moves_) + " moves at " +
                                  std::to_string(time_.since_start().count()) + " ms, " +
                                  std::to_string(published) + " envelopes on the bus");
}

void simulation::move_until(time_point end) {
  awake_.resize(movers_.size());
  std::iota(awake_.begin(), awake_.end(), 0U);
  while (!is_broken() && time_.now() < end) {
    if (move()) {
      check_rest();
      if (random_.chance(300)) time_.advance(std::chrono::microseconds(random_.below(40)));
      continue;
    }
    time_.advance_to(std::min(next_due(), end));
    awake_.resize(movers_.size());
    std::iota(awake_.begin(), awake_.end(), 0U);
  }
}

void simulation::act_all() {
  for (std::size_t i = 0; i < plan_.actions && !is_broken(); ++i) {
    if (plan_.is_durable) disturb();
    if (network_ && random_.chance(plan_.moves_permille)) move_shard();
    scenario_->act();
    move_until(time_.now() + scenario_->pause());
  }
}

void simulation::quiet_down() {
  if (network_) network_->heal();
  if (stores_) stores_->heal();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i]) start(i);
  }
  for (auto& each : clients_) each.stall(false);
  move_until(time_.now() + 90s);
}

void simulation::check_quiet() {
  for (const auto& each : clients_) each.check_quiet();
  for (std::size_t i = 0; i < plan_.topics; ++i) {
    promises::room_members views;
    for (const auto& each : clients_) views.push_back(&each.view(i));
    promises::check_members(views, plan_.terms_of(plan_.config.rooms[i]), found_);
  }
}

void simulation::empty() {
  scenario_->everybody_leaves();
  move_until(time_.now() + 30s);
  for (auto& each : clients_) each.drop();
  move_until(time_.now() + 600s);
  if (is_broken()) return;
  if (stores_) check_stores();
  if (stores_ && plan_.log_limits.retention_ms > 0) check_retention();
  if (!stores_ && next_due() != time_point::max())
    found_.broke(promise::no_leak, "a timer or a message is still due");
  for (auto& each : nodes_) each->check_empty(found_);
}

/// At rest every record is in a snapshot, so that the logs are truncated.
void simulation::check_stores() {
  for (std::uint32_t i = 0; i < plan_.shards; ++i) {
    stores_->logs().read_state(cluster::shard_id{i}, [&](const auto& state) {
      const auto held = state->last.value + 1 - state->first.value;
      if (held <= 1 || state->last.value == 0) return;
      found_.broke(promise::no_leak, "the log of shard " + std::to_string(i) + " still holds " +
                                         std::to_string(held) + " messages");
    });
  }
}

/// Nobody has used a room for longer than the retention time.
void simulation::check_retention() {
  for (std::uint32_t i = 0; i < plan_.shards; ++i) {
    stores_->snapshots().list(cluster::shard_id{i}, "", 1'000, 1'000'000, [&](const auto& page) {
      for (const auto& each : page->messages) {
        if (each.key == cluster::barrier_key) continue;
        if (!cluster::wire::decode_snapshot(each.data).value.is_rest) {
          found_.broke(promise::no_leak, each.key + " still has content in the store");
        }
      }
    });
  }
}

simulation_result simulation::run() {
  act_all();
  if (!is_broken()) quiet_down();
  if (!is_broken()) check_quiet();
  if (!is_broken()) empty();
  simulation_result out;
  out.broken = found_.first();
  out.trace = trace_;
  out.moves = moves_;
  out.kills = kills_;
  out.power_cuts = power_cuts_;
  out.lasted = time_.since_start();
  for (const auto& each : truths_) out.events += each.events();
  for (const auto& each : clients_) {
    out.frames += each.frames();
    out.overflows += each.overflows();
    for (std::size_t i = 0; i < plan_.topics; ++i)
      out.recovered += each.view(i).resumes_recovered();
  }
  if (network_) {
    out.lost = network_->lost();
    out.duplicated = network_->duplicated();
    out.breaks = network_->breaks();
    out.owner_changes = owner_changes_;
  }
  return out;
}

simulation_result simulate(std::uint64_t seed, const actors::fault_injection& faults, bool loses) {
  fix_process_hash_key({1, 2});  // every run of a seed must place topics on the same loops
  return simulation(plan::of(seed, loses), faults).run();
}

simulation_result simulate_durable(std::uint64_t seed, const actors::fault_injection& faults) {
  fix_process_hash_key({1, 2});
  return simulation(plan::durable(seed), faults).run();
}

}  // namespace roost::sim
