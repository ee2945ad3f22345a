// SPDX-License-Identifier: Apache-2.0
// Simulates a cluster, its clients and the network in one thread, from one seed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "actors/runtime/fault_injection.hpp"
#include "tests/fixtures/dice.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/findings.hpp"
#include "tests/promises/room_truth.hpp"
#include "tests/sim/fault_counts.hpp"
#include "tests/sim/faulty_bus.hpp"
#include "tests/sim/frame_network.hpp"
#include "tests/sim/member_limit.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/sim/sim_client.hpp"
#include "tests/sim/simulated_node.hpp"
#include "tests/sim/snapshot_check.hpp"
#include "tests/sim/store_check.hpp"

namespace roost::sim {

/// The result of a simulation, and counts of what it exercised.
struct simulation_result {
  std::optional<promises::violation> broken;
  std::uint64_t trace = 0;  ///< hash of all received frames; equal for each run of a seed
  std::uint64_t moves = 0;
  std::uint64_t frames = 0;
  std::uint64_t events = 0;
  std::uint64_t recovered = 0;
  std::uint64_t overflows = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t breaks = 0;         ///< of links
  std::uint64_t owner_changes = 0;  ///< of shards
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::chrono::milliseconds lasted{0};
  fault_counts faults;
};

/// One simulation run. Owns: the nodes, the clients, the network, the virtual clock. Runs on: one
/// thread. Ends: with run()'s caller.
class simulation {
 public:
  explicit simulation(const plan& plan, const actors::fault_injection& faults = {});
  ~simulation();
  simulation_result run();

 private:
  /// A function that makes one move: a step of a loop or the network, or a client's read or write.
  /// False: nothing to do.
  using mover = std::function<bool()>;
  /// About a hundred times as many moves as most seeds need. With losses one needs a third of it.
  static constexpr std::uint64_t moves_max = 1'000'000;
  static constexpr std::uint64_t cluster_moves_max = 3'000'000;
  /// After this time without a fault every node has heard of every other one, and no request of the
  /// time before is on its way to the stores.
  static constexpr milliseconds undisturbed_min{20'000};
  void make_movers();
  /// Runs one mover, chosen at random. False: none has work.
  bool move();
  void move_until(time_point end);
  time_point next_due() const;
  void check_rest();
  void act_all();
  void desert();
  void disturb();
  void move_shard();
  void disturb(std::size_t node);
  void disturb_network();
  void connect(std::size_t node, bool is_connected, bool has_power = true);
  void reach_stores(std::size_t node);
  void begin_outage();
  void end_outage();
  void cut_power();
  void disturbed(std::size_t node);
  bool is_undisturbed(node_id id) const;
  bool are_up(node_id owner, node_id taker) const;
  void kill(std::size_t node);
  void kill_author();
  void start(std::size_t node);
  bool step_stores();
  void check_log();
  bool read_one(client& reader);
  void check_stores();
  void check_owners();
  void check_retention();
  void check_parts();
  void quiet_down();
  void push_once();
  void check_quiet();
  void empty();
  simulation_result result();
  void count_faults();
  bool is_broken() const { return found_.first().has_value(); }

  plan plan_;
  actors::fault_injection faults_;
  dice random_;
  tests::virtual_time time_;
  findings found_;
  std::uint64_t last_epoch_ = 0;
  std::uint64_t trace_ = 0xCBF29CE484222325U;
  std::uint64_t moves_ = 0;
  std::uint64_t started_ = 0;  // nodes
  std::uint64_t kills_ = 0;
  std::uint64_t power_cuts_ = 0;
  std::uint64_t owner_changes_ = 0;
  fault_counts counts_;
  bool are_stores_full_ = false;
  bool is_outage_ = false;
  std::vector<bool> is_cut_off_;          // by node
  std::vector<std::uint64_t> breaks_;     // of a node's connection
  std::vector<bool> is_leaving_;          // by node
  std::vector<time_point> paused_until_;  // by node
  std::vector<time_point> disturbed_at_;  // by node: when others may last have missed it
  std::optional<faulty_network> network_;
  std::optional<faulty_stores> stores_;
  std::optional<frame_network> frames_;
  std::optional<store_check> store_check_;
  std::optional<snapshot_check> snapshot_check_;
  shared_objects shared_;
  std::vector<std::unique_ptr<simulated_node>> nodes_;  // null while it is down
  std::deque<room_truth> truths_;
  std::vector<member_limit> limits_;  // by topic
  std::deque<client> clients_;
  std::optional<scenario> scenario_;
  std::vector<mover> movers_;
  std::vector<std::size_t> awake_;  // indices of movers that may have something to do
};

/// Runs the plan of a seed with injected faults. `loses`: the bus may lose messages.
simulation_result simulate(std::uint64_t seed, const actors::fault_injection& faults = {},
                           bool loses = false);
/// The same with several nodes whose shards move.
simulation_result simulate_cluster(std::uint64_t seed, const actors::fault_injection& faults = {},
                                   const cluster::view_faults& view_faults = {});
/// The same with a node whose rooms are durable, and which dies.
simulation_result simulate_durable(std::uint64_t seed, const actors::fault_injection& faults = {});

}  // namespace roost::sim
