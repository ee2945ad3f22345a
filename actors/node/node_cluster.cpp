// SPDX-License-Identifier: Apache-2.0
#include "actors/node/node_cluster.hpp"

#include <caf/send.hpp>

#include "config/telemetry/log.hpp"

namespace roost::actors {

node_cluster::node_cluster(cluster_parts&& parts, node_id self, const siphash_key& key,
                           std::uint32_t shards, cluster::log_store& log,
                           cluster::bus_handler& handler, net::loop& home)
    : self_(self),
      log_(log),
      home_(home),
      handler_(handler),
      envelope_bytes_max_(parts.limits.envelope_bytes_max),
      faults_(parts.faults),
      routes_(key, shards),
      outgoing_(parts.outgoing_bytes_max),
      network_(parts.network(*this)),
      links_({{self, std::move(parts.name), std::move(parts.version)},
              parts.times,
              parts.limits,
              parts.faults,
              parts.unverified_bytes_max},
             {*network_, *this, handler, routes_, outgoing_}, home.clock_now()),
      timer_(home, [this] { run(); }),
      gate_(std::make_shared<answer_gate<node_cluster*>>(this)),
      sent_(shards) {}

node_cluster::~node_cluster() { gate_->close(); }

std::unique_ptr<cluster::bus> node_cluster::make_bus() {
  return std::make_unique<cluster::bus_between_nodes>(
      self_, envelope_bytes_max_, handler_, routes_, outgoing_, [this] { run_soon(); }, faults_);
}

void node_cluster::begin(shard_ports& shards) {
  shards_ = &shards;
  run_soon();
}

void node_cluster::end() {
  shards_ = nullptr;
  gate_->close();
  timer_.cancel();
  network_.reset();
}

void node_cluster::leave() {
  post([this] { links_.leave(); });
}

/// Runs `report` on loop 0, in the order of the calls of one thread, and then the links.
void node_cluster::post(std::function<void()> report) {
  home_.post([this, report = std::move(report)] {
    if (!shards_) return;
    report();
    run_soon();
  });
}

void node_cluster::run_soon() {
  if (is_posted_.exchange(true)) return;
  home_.post([this] { run(); });
}

void node_cluster::run() {
  is_posted_ = false;
  if (!shards_) return;
  const auto now = home_.now();
  const auto status = links_.run(now);
  may_end_ = status.may_end;
  if (status.is_name_taken && !is_name_taken_.exchange(true)) log::error("node_name_taken");
  if (status.run_again <= now) return run_soon();
  timer_.arm(status.run_again);
}

template <class Message>
void node_cluster::send(cluster::shard_id shard, Message message) {
  caf::anon_send(shards_->all()[shard.value].log, std::move(message));
}

void node_cluster::verify(std::span<const cluster::shard_id> shards) {
  for (const auto shard : shards) send(shard, verify_shard{});
}

void node_cluster::exceed(cluster::shard_id shard, std::uint64_t ownership) {
  send(shard, known_ownership{ownership});
}

void node_cluster::ask_store() {
  log_.read_state(cluster::shard_id{0}, [gate = gate_](const result<cluster::log_state>& state) {
    if (!state) return;
    gate->pass(
        [](node_cluster* to) { to->post([to] { to->links_.store_answered(to->home_.now()); }); });
  });
}

cluster::other_nodes node_cluster::others() const {
  cluster::other_nodes out;
  if (faults_.takes_from_living) return out;
  for (const auto& each : links_.node().view().nodes) {
    if (each.id == self_) continue;
    if (each.keeps_shards()) out.keepers.push_back(each.id);
    if (each.is_candidate()) out.heirs.push_back(each.id);
  }
  return out;
}

/// Sends each shard its orders if they or the view have changed; the shard repeats what fails.
void node_cluster::follow(const cluster::shard_plan& plan) {
  std::vector<order> next(sent_.size());
  for (const auto shard : plan.take) next[shard.value].takes = true;
  for (const auto& each : plan.give) next[each.shard.value].gives_to = each.to;
  const auto generation = links_.node().view().generation;
  const bool is_new_view = sent_view_ != generation;
  if (is_new_view) others_ = std::make_shared<const cluster::other_nodes>(others());
  sent_view_ = generation;
  for (std::uint32_t k = 0; k < next.size(); ++k) {
    if (!is_new_view && next[k] == sent_[k]) continue;
    send(cluster::shard_id{k}, shard_orders{next[k].takes, next[k].gives_to, others_});
  }
  sent_ = std::move(next);
}

void node_cluster::heartbeat_arrived(const slice& heartbeat, time_point now) {
  if (!shards_) return;
  links_.heartbeat_arrived(heartbeat, now);
  run_soon();
}

void node_cluster::frame_arrived(const slice& frame, time_point now) {
  if (!shards_) return;
  links_.frame_arrived(frame, now);
  run_soon();
}

/// The store is reached over the same connection.
void node_cluster::connection_lost() {
  if (!shards_) return;
  links_.connection_lost();
  for (auto& each : shards_->all()) {
    ++each.breaks;
    send(each.id, suspend_shard{});
  }
  run_soon();
}

void node_cluster::connection_back() {
  if (!shards_) return;
  links_.connection_back();
  for (std::uint32_t k = 0; k < sent_.size(); ++k) send(cluster::shard_id{k}, verify_shard{});
  run_soon();
}

void node_cluster::became_writable() { run_soon(); }

void node_cluster::taken(cluster::shard_id shard, std::uint64_t ownership) {
  post([this, shard, ownership] {
    if (!links_.taken(shard, ownership)) exceed(shard, routes_.owner_of(shard).ownership);
  });
}

void node_cluster::dropped(cluster::shard_id shard, bool is_own) {
  using enum cluster::log_end;
  post([this, shard, is_own] { links_.dropped(shard, is_own ? perhaps_mine : of_another); });
}

void node_cluster::released(cluster::shard_id shard, std::uint64_t ownership, node_id to) {
  post([this, shard, ownership, to] { links_.released(shard, ownership, to); });
}

void node_cluster::verified(cluster::shard_id shard) {
  post([this, shard] { links_.verified(shard); });
}

}  // namespace roost::actors
