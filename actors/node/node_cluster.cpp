// SPDX-License-Identifier: Apache-2.0
#include "actors/node/node_cluster.hpp"

#include <caf/send.hpp>

#include "config/telemetry/log.hpp"

namespace roost::actors {
namespace {

constexpr milliseconds report_interval{200};

}  // namespace

node_cluster::node_cluster(cluster_parts&& parts, node_id self, const siphash_key& key,
                           std::uint32_t shards, cluster::log_store& log,
                           cluster::bus_handler& handler, net::loop& home, metrics& probe)
    : self_(self),
      name_(parts.name),
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
      probe_(probe),
      ask_identity_(std::move(parts.ask_identity)),
      identity_(parts.times.commit_timeout),
      timer_(home, [this] { run(); }),
      gate_(std::make_shared<answer_gate<node_cluster*>>(this)),
      sent_(shards) {}

node_cluster::~node_cluster() { gate_->close(); }

std::unique_ptr<cluster::bus> node_cluster::make_bus() {
  auto out = std::make_unique<cluster::bus_between_nodes>(
      self_, envelope_bytes_max_, handler_, routes_, outgoing_, [this] { run_soon(); }, faults_);
  published_ = &out->counts();
  return out;
}

void node_cluster::begin(shard_ports& shards) {
  shards_ = &shards;
  run_soon();
}

void node_cluster::end() {
  shards_ = nullptr;
  gate_->close();
  timer_.cancel();
  probe_.close();
  network_.reset();
}

std::string node_cluster::name_of(node_id id) const {
  const auto* const found = links_.node().view().find(id);
  return found ? found->name : std::string{};
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
  note_cut_off();
  if (status.name_holder != node_id{}) end_process(name_taken_by(status.name_holder));
  check_identity(now);
  report(now);
  if (status.run_again <= now) return run_soon();
  timer_.arm(status.run_again);
}

void node_cluster::report(time_point now) {
  if (now < report_at_) return;
  report_at_ = now + report_interval;
  probe_.report(links_, *published_, network_->counts());
}

std::string node_cluster::name_taken_by(node_id other) const {
  const auto* holder = links_.node().view().find(other);
  return "has another node with the name " + name_ + ": the node with the id " +
         std::to_string(other.value) +
         (holder ? " and the version " + holder->version : std::string{}) +
         " goes on, and this one with the id " + std::to_string(self_.value) +
         " ends; set node.name";
}

/// Only the first reason counts.
void node_cluster::end_process(std::string why) {
  const std::lock_guard guard(end_mutex_);
  if (!why_to_end_) why_to_end_ = std::move(why);
}

std::optional<std::string> node_cluster::why_to_end() const {
  const std::lock_guard guard(end_mutex_);
  return why_to_end_;
}

void node_cluster::check_identity(time_point now) {
  const auto question = identity_.next_question(now);
  if (!question) return;
  ask_identity_([gate = gate_, number = *question](cluster::identity_finding finding) {
    gate->pass([&](node_cluster* to) {
      to->post([to, number, finding] { to->take_identity(number, finding); });
    });
  });
}

/// Each shard looks into its log only when it is known to be its log.
void node_cluster::take_identity(std::uint64_t question, const cluster::identity_finding& finding) {
  const auto result = actors::name_of(finding.state);
  probe_.identity_checked(result);
  if (identity_.answered(question, finding, home_.now())) return verify_all();
  if (identity_.is_sure()) return;
  log::warning("cluster_identity_checked", {{"result", result}, {"reason", finding.why}});
  const auto& why = identity_.why_to_end();
  if (!why.empty()) end_process("is not the one that this node began with: " + why);
}

void node_cluster::verify_all() {
  for (std::uint32_t k = 0; k < sent_.size(); ++k) send(cluster::shard_id{k}, verify_shard{});
}

/// The shards see it at their next poll.
void node_cluster::note_cut_off() {
  const bool is_cut_off = links_.node().members().state() == cluster::node_state::cut_off;
  if (is_cut_off_.exchange(is_cut_off) == is_cut_off) return;
  log::warning(is_cut_off ? "node_cut_off" : "node_reachable");
}

template <class Message>
void node_cluster::send(cluster::shard_id shard, Message message) {
  caf::anon_send(shards_->all()[shard.value].log, std::move(message));
}

void node_cluster::verify(std::span<const cluster::shard_id> shards) {
  if (!identity_.is_sure()) return;  // verify_all() follows
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
  if (ask_identity_) identity_.lost();
  for (auto& each : shards_->all()) {
    ++each.breaks;
    send(each.id, suspend_shard{});
  }
  run_soon();
}

void node_cluster::connection_back() {
  if (!shards_) return;
  links_.connection_back();
  if (identity_.is_sure()) verify_all();
  identity_.back(home_.now());
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
