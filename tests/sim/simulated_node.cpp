// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulated_node.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>

#include "net/loop/session_registry.hpp"

namespace roost::sim {

namespace {

/// A relay room kind that throws on the event "boom".
class fragile_handler final : public actors::room_handler {
 public:
  void on_message(actors::room_context& context, const actors::room_member&,
                  const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("boom");
    context.broadcast(std::string(pushed.event), pushed.payload);
  }
  bool is_stateless() const override { return true; }  // as the relay
};

constexpr siphash_key topic_key{3, 4};

}  // namespace

actors::node_dependencies simulated_node::parts_of(const shared_objects& shared, dice random) {
  actors::node_dependencies out;
  out.handlers = [](const room_rule&) { return std::make_unique<fragile_handler>(); };
  out.self = self_;
  // No seed determines which rooms begin while a node ends.
  out.epochs = [this, &shared](epoch after) {
    return is_ended_ ? actors::new_epoch{epoch{1}, "ended"} : shared.epochs(after);
  };
  const auto skew_max = static_cast<std::uint64_t>(shared.plan.clock_skew_ms_max);
  const auto skew_ms = skew_max == 0 ? 0 : static_cast<std::int64_t>(random.below(skew_max));
  out.wall_clock = [&time = shared.time, skew_ms] {
    constexpr std::int64_t start_ms = 1'700'000'000'000;
    return start_ms + skew_ms + time.since_start().count();
  };
  out.faults = shared.faults;
  if (shared.network) {
    out.bus = [&shared, index = index_](cluster::bus_handler& handler, node_id id) {
      return shared.network->join(index, id, handler);
    };
  }
  if (shared.stores) {
    stores_ = shared.stores->join(index_);
    out.store.emplace(actors::node_store{*stores_.logs, *stores_.snapshots, topic_key,
                                         shared.plan.shards, shared.plan.log_limits,
                                         [random]() mutable { return random.next(); }});
  }
  if (shared.frames) out.cluster = cluster_of(shared);
  return out;
}

actors::cluster_parts simulated_node::cluster_of(const shared_objects& shared) {
  actors::cluster_parts out;
  out.network = [this, &shared](cluster::network_handler& handler) {
    return shared.frames->join(index_, self_, *loops_[0], handler);
  };
  out.name = "node" + std::to_string(self_.value);  // of the process: a new one starts at once
  out.version = "1";
  out.times = shared.plan.times;
  out.faults = shared.plan.view_faults;
  return out;
}

/// Chooses at random which actor of a loop runs next. Owns: its random generator. Runs on: the
/// simulation's thread. Ends: after the node's last step.
class simulated_node::order final : public actors::run_order {
 public:
  order(dice random, std::size_t permille)
      : random_(random), permille_(static_cast<unsigned>(permille)) {}
  std::optional<step> next(std::size_t ready) override {
    if (!random_.chance(permille_)) return std::nullopt;
    return step{random_.below(ready), random_.between(1, 4)};
  }

 private:
  dice random_;
  unsigned permille_;
};

std::vector<std::unique_ptr<net::loop>> simulated_node::make_loops(const shared_objects& shared) {
  net::iteration_budget budget;
  budget.handlers_max = static_cast<std::uint32_t>(shared.plan.handlers_max);
  budget.sends_max = static_cast<std::uint32_t>(shared.plan.handlers_max);
  budget.send_time_max = std::chrono::hours(1);  // real time must not influence a run
  std::vector<std::unique_ptr<net::loop>> out;
  for (std::size_t i = 0; i < shared.plan.loops; ++i) {
    const loop_id id{static_cast<std::uint16_t>(i)};
    out.push_back(std::make_unique<net::loop>(id, budget, &shared.time));
  }
  return out;
}

simulated_node::simulated_node(const shared_objects& shared, std::size_t index, node_id self,
                               dice random)
    : index_(index),
      self_(self),
      shards_(shared.stores ? shared.plan.shards : 0),
      loops_(make_loops(shared)),
      config_(shared.plan.config),
      node_(config_, loops_, probe_, parts_of(shared, random.fork())),
      order_(std::make_unique<order>(random, shared.plan.actors_permille)) {
  auto& scheduler = node_.scheduler();
  for (std::size_t i = 0; i < loops_.size(); ++i) scheduler.unit(i).set_order(order_.get());
}

simulated_node::~simulated_node() { end(); }

time_point simulated_node::next_due() const {
  auto out = time_point::max();
  for (const auto& each : loops_) out = std::min(out, each->next_due());
  return out;
}

void simulated_node::check_empty(findings& found) {
  const auto must = [&](bool holds, const std::string& detail) {
    if (!holds) found.broke(promise::no_leak, "node " + std::to_string(index_) + ": " + detail);
  };
  const auto running = node_.scheduler().unit(0).system().registry().running();
  const auto expected = loops_.size() + 1 + shards_;
  must(running == expected, std::to_string(running) + " actors run where only the " +
                                std::to_string(loops_.size()) + " fan-outs, the API and " +
                                std::to_string(shards_) + " shards should");
  must(probe_.value(metrics::gauge::rooms) == 0, "the gauge of rooms is not 0");
  must(probe_.value(metrics::gauge::members) == 0, "the gauge of members is not 0");
  using gauge = metrics::gauge;
  for (auto each : {gauge::history_bytes, gauge::rooms_with_history, gauge::recent_events_bytes,
                    gauge::presence_bytes, gauge::idempotency_bytes, gauge::receipt_bytes,
                    gauge::answer_bytes}) {
    must(probe_.value(each) == 0,
         "gauge " + std::to_string(static_cast<int>(each)) + " of the rooms' memory is not 0");
  }
  for (const auto& each : loops_) {
    must(each->sessions().size() == 0, "a session is open");
    if (shards_ > 0) continue;  // each looks for work now and then
    must(each->next_due() == time_point::max(), "a timer is armed");
    must(each->timers().armed() == 0, "the timer wheel has a timer");
  }
  for (const auto& each : loops_) {
    must(node_.connections_by_loop().on(each->id()).empty(), "a connection is still registered");
  }
}

void simulated_node::count(fault_counts& into) const {
  static constexpr std::array by_label{"roost_shards_lost_total",
                                       "roost_store_appends_failed_total",
                                       "roost_memory_cuts_total", "roost_room_loads_total"};
  const auto all = nlohmann::json::parse(probe_.json());
  for (const auto* name : by_label) {
    for (const auto& [label, count] : all.at(name).items()) {
      into[std::string(name) + " " + label] += count.get<std::uint64_t>();
    }
  }
  into["roost_rooms_refused_total"] += all.at("roost_rooms_refused_total").get<std::uint64_t>();
}

/// node::end() blocks until the loops have run their last handlers, so it runs on a second thread.
void simulated_node::end() {
  if (std::exchange(is_ended_, true)) return;
  std::atomic<bool> is_done{false};
  std::thread ends([&] {
    node_.end();
    is_done = true;
  });
  while (!is_done) {
    bool worked = false;
    for (const auto& each : loops_) worked |= each->step();
    if (!worked) std::this_thread::yield();
  }
  ends.join();
}

}  // namespace roost::sim
