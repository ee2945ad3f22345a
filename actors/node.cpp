#include "actors/node.hpp"

#include <caf/send.hpp>
#include <functional>
#include <future>
#include <random>
#include <vector>

#include "actors/connection/admission.hpp"
#include "actors/connection/drainer.hpp"
#include "actors/messages.hpp"
#include "actors/pinned.hpp"
#include "actors/room/fan_out.hpp"
#include "net/auth/token_office.hpp"
#include "net/transport/flusher.hpp"
#include "net/transport/session_table.hpp"

namespace roost::actors {

namespace {

node_id new_node_id() {
  std::random_device source;
  return node_id{(std::uint64_t{source()} << 32) | source()};
}

}  // namespace

node::node(const settings_store& config, std::span<const std::unique_ptr<net::loop>> loops,
           metrics& probe, node_parts parts)
    : loops_(loops),
      config_(loops),
      system_(config_),
      context_{config,
               probe,
               loop_scheduler::of(system_),
               parts.self ? *parts.self : new_node_id(),
               std::move(parts.handlers),
               std::move(parts.epochs),
               parts.faults},
      rules_(config->rooms),
      edges_(context_),
      rates_(probe),
      bus_dispatcher_(context_),
      bus_(parts.bus(bus_dispatcher_)),
      connection_factory_(context_),
      api_dispatcher_(context_) {
  system_.await_actors_before_shutdown(false);  // end() waits, while the loops still run
  context_.bus = bus_.get();
  context_.edges = &edges_;
  context_.users = &users_;
  context_.rates = &rates_;
  context_.verifier = parts.verifier;
  if (parts.verifier) {
    parts.verifier->on_revoked(
        [this](const auto& revocation) { tell_revoked(context_, revocation); });
  }
  context_.links.resize(loops.size());
  context_.rules = &rules_;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i]->flusher().counts().report_to(probe);
    context_.fan_outs.push_back(spawn_on<fan_out_actor>(context_.scheduler.unit(i), context_));
  }
  context_.api = spawn_on<api_actor>(context_.scheduler.unit(0), context_, bus_dispatcher_);
}

node::~node() {
  if (context_.verifier) context_.verifier->on_revoked({});
}

/// Runs `work` on every loop and waits until all have run it. False: one had not before `until`.
bool node::on_every_loop(const std::function<void(net::loop&)>& work, time_point until) {
  std::vector<std::future<void>> done;
  for (const auto& each : loops_) {
    auto told = std::make_shared<std::promise<void>>();
    done.push_back(told->get_future());
    each->post([work, told, home = each.get()] {
      work(*home);
      told->set_value();
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
  const auto spread = drain_spread(context_.config->drain, connections());
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    drainers_.push_back(spawn_on<drainer_actor>(context_.scheduler.unit(i), context_, spread));
    caf::anon_send(drainers_.back(), drain_tick{});
  }
  return true;
}

void node::shut_closing() {
  for (const auto& each : loops_) {
    each->post([home = each.get()] {
      for (const auto& link : home->sessions().all()) {
        if (!link->is_open()) link->close(errc::abnormal);
      }
    });
  }
}

void node::use_rules(room_rules::compiled_rules next) {
  rules_.replace(std::move(next));
  edges_.tell_all(rules_changed{});
  for (const auto& each : loops_) {
    each->post([this, home = each.get()] { bus_dispatcher_.rules_changed_on(home->id()); });
  }
}

std::size_t node::connections() const {
  return static_cast<std::size_t>(context_.probe.added_here(metrics::gauge::connections));
}

void node::end() {
  on_every_loop([this](net::loop& home) {
    auto& links = context_.links[home.id().value];
    for (auto& [id, each] : links) caf::anon_send(each, end_now{});
  });
  for (auto& each : drainers_) caf::anon_send(each, end_now{});
  caf::anon_send(context_.api, end_now{});
  edges_.end_all();
  on_every_loop([this](net::loop& home) { bus_dispatcher_.end_rooms(home.id()); });
  for (auto& each : context_.fan_outs) caf::anon_send(each, end_now{});
  system_.await_all_actors_done();
  drainers_.clear();
  context_.fan_outs.clear();  // not earlier: edges on the loops read it
}

}  // namespace roost::actors
