// SPDX-License-Identifier: Apache-2.0
#include "actors/node/node.hpp"

#include <caf/send.hpp>
#include <functional>
#include <future>
#include <random>
#include <vector>

#include "actors/connection/drainer_actor.hpp"
#include "actors/connection/user_admission.hpp"
#include "actors/fan_out/fan_out_actor.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "actors/shard/shard_actor.hpp"
#include "net/auth/token_verifier.hpp"
#include "net/loop/flusher.hpp"
#include "net/loop/session_registry.hpp"

namespace roost::actors {

std::uint64_t random_number() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

node_id new_node_id() {
  constexpr unsigned random_bits = 22;
  const auto started_ms = static_cast<std::uint64_t>(unix_ms());
  return node_id{(started_ms << random_bits) | (random_number() >> (64U - random_bits))};
}

node::node(const settings_store& config, std::span<const std::unique_ptr<net::loop>> loops,
           metrics& probe, node_dependencies parts)
    : loops_(loops),
      config_(loops),
      system_(config_),
      scheduler_(loop_scheduler::of(system_)),
      settings_(config),
      probe_(probe),
      verifier_(parts.verifier),
      rules_(config->rooms),
      connections_(loops.size()),
      rates_(probe),
      self_(parts.self ? *parts.self : new_node_id()),
      bus_dispatcher_(rooms_, edges_),
      cluster_(make_cluster(parts)),
      bus_(cluster_ ? cluster_->make_bus() : parts.bus(bus_dispatcher_, self_)),
      shards_(parts.store ? std::make_optional<shard_ports>(parts.store->key, parts.store->shards)
                          : std::nullopt),
      room_shared_{config,
                   probe,
                   *bus_,
                   rules_,
                   self_,
                   std::move(parts.handlers),
                   std::move(parts.epochs),
                   std::move(parts.wall_clock),
                   parts.faults,
                   shards_ ? &*shards_ : nullptr},
      edge_shared_{config,       probe,
                   *bus_,        rules_,
                   self_,        fan_outs_,
                   api_actor_,   shards_.has_value(),
                   parts.faults, parts.cluster ? parts.cluster->attaching : attach_limits{}},
      rooms_(room_shared_, scheduler_),
      edges_(edge_shared_, scheduler_),
      connection_shared_{
          config, probe,  edges_,    connections_,
          users_, rates_, verifier_, parts.authorizer ? *parts.authorizer : rule_authorizer_},
      api_shared_{config,
                  scheduler_,
                  api_actor_,
                  rules_,
                  rooms_,
                  edges_,
                  users_,
                  verifier_,
                  *bus_,
                  self_,
                  [this](node_id id) {
                    return cluster_ ? cluster_->name_of(id) : std::string{settings_->node.name};
                  }},
      connection_factory_(connection_shared_, scheduler_, fan_outs_),
      api_dispatcher_(api_actor_) {
  bus_dispatcher_.use(*bus_, self_);
  system_.await_actors_before_shutdown(false);  // end() waits, while the loops still run
  if (verifier_) {
    verifier_->on_revoked([this](const auto& revocation) {
      notify_revoked(connection_shared_, scheduler_, revocation);
    });
  }
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i]->flusher().counts().report_to(probe);
    fan_outs_.push_back(
        spawn_on<fan_out_actor>(scheduler_.unit(i), config, edges_, connections_, parts.faults));
  }
  api_actor_ = spawn_on<api_actor>(scheduler_.unit(0), api_shared_);
  if (parts.store) start_shards(*parts.store);
  if (cluster_) cluster_->begin(*shards_);
}

std::unique_ptr<node_cluster> node::make_cluster(node_dependencies& parts) {
  if (!parts.cluster) return nullptr;
  const auto& store = *parts.store;
  return std::make_unique<node_cluster>(std::move(*parts.cluster), self_, store.key, store.shards,
                                        store.log, bus_dispatcher_, *loops_[0], probe_);
}

void node::start_shards(node_store& store) {
  shard_shared_.emplace(shard_dependencies{
      store.log, store.snapshots, rooms_, probe_, room_shared_.self, store.limits,
      std::move(store.random), room_shared_.wall_clock,
      room_shared_.faults ? &room_shared_.faults->log : nullptr, cluster_.get()});
  probe_.set(metrics::gauge::shards, store.shards);
  for (auto& each : shards_->all()) {
    auto& home = scheduler_.unit(each.id.value % loops_.size());
    each.log = spawn_on<shard_actor>(home, *shard_shared_, each);
  }
}

node::~node() {
  if (verifier_) verifier_->on_revoked({});
  bus_.reset();  // before the rooms and edges, which it calls
}

/// Runs `work` on every loop and waits until all have run it. False: one had not by `until`.
bool node::on_every_loop(const std::function<void(net::loop&)>& work, time_point until) {
  std::vector<std::future<void>> done;
  for (const auto& each : loops_) {
    auto finished = std::make_shared<std::promise<void>>();
    done.push_back(finished->get_future());
    each->post([work, finished, home = each.get()] {
      work(*home);
      finished->set_value();
    });
  }
  for (auto& each : done) {
    // wait_until() overflows with time_point::max() in some libraries.
    if (until == time_point::max()) {
      each.wait();
    } else if (each.wait_until(until) != std::future_status::ready) {
      return false;
    }
  }
  return true;
}

bool node::drain(time_point until) {
  connection_factory_.drain();
  // After this, upgrades that were in progress are connections and are counted below.
  if (!on_every_loop([](net::loop&) {}, until)) return false;
  const auto spread = drain_spread(settings_->drain, connections());
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    drainers_.push_back(
        spawn_on<drainer_actor>(scheduler_.unit(i), settings_, connections_, spread));
    caf::anon_send(drainers_.back(), drain_tick{});
  }
  return true;
}

void node::shut_closing() {
  for (const auto& each : loops_) {
    each->post([home = each.get()] {
      for (const auto& session : home->sessions().all()) {
        if (!session->is_open()) session->close(errc::abnormal);
      }
    });
  }
}

void node::use_rules(room_rules::compiled_rules next) {
  rules_.replace(std::move(next));
  edges_.send_all(rules_changed{});
  for (const auto& each : loops_) {
    each->post([this, home = each.get()] { rooms_.on(home->id()).rules_changed(); });
  }
}

void node::reload_tokens() {
  if (verifier_) verifier_->reload();
}

void node::store_rooms() {
  on_every_loop([this](net::loop& home) { rooms_.on(home.id()).store_all(); });
}

std::size_t node::connections() const {
  return static_cast<std::size_t>(probe_.value_without_sources(metrics::gauge::connections));
}

void node::leave() {
  if (cluster_) cluster_->leave();
}

void node::end() {
  on_every_loop([this](net::loop& home) {
    if (cluster_ && home.id() == loop_id{}) cluster_->end();
  });
  on_every_loop([this](net::loop& home) {
    for (auto& [id, each] : connections_.on(home.id())) caf::anon_send(each, end_now{});
  });
  for (auto& each : drainers_) caf::anon_send(each, end_now{});
  caf::anon_send(api_actor_, end_now{});
  edges_.end_all();
  on_every_loop([this](net::loop& home) { rooms_.on(home.id()).end_all(); });
  for (auto& each : fan_outs_) caf::anon_send(each, end_now{});
  if (shards_) {
    for (auto& each : shards_->all()) caf::anon_send(each.log, end_now{});
  }
  system_.await_all_actors_done();
  drainers_.clear();
  fan_outs_.clear();  // only now, because edges on the loops read it
}

}  // namespace roost::actors
