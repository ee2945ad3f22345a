// SPDX-License-Identifier: Apache-2.0
// Simulates two to five nodes that join, leave, crash, pause and lose parts of their network.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/cluster/view/sim/sim_member.hpp"

namespace roost::cluster::sim {

/// How often each thing happened, so that a run shows that it tested something.
struct world_counts {
  std::uint64_t markers = 0;
  std::uint64_t crashes = 0;
  std::uint64_t leaves = 0;
  std::uint64_t pauses = 0;
  std::uint64_t cuts = 0;
  std::uint64_t store_cuts = 0;
  std::uint64_t outages = 0;
  std::uint64_t drops = 0;
  std::uint64_t refused_names = 0;
  std::uint64_t link_breaks = 0;
  world_counts& operator+=(const world_counts& other);
};

/// One run. Owns: its members. Runs on: one thread. Ends: any time.
class view_world {
 public:
  view_world(std::uint64_t seed, const view_faults& faults, bool is_verbose);
  /// Runs everything; empty, or the promise that did not hold.
  std::string run();
  const world_counts& counts() const { return counts_; }

 private:
  void start_member(std::string name);
  void run_for(milliseconds time);
  void run_until(time_point end);
  void deliver();
  void check_names();
  void end_members();
  /// Ends all faults, and waits until nothing has moved for a while.
  void rest();
  void check_rest();
  std::uint64_t moves() const;

  // Each of these may leave faults behind, which rest() ends.
  void something_happens();
  void crash();
  void leave();
  void pause();
  void cut();
  void cut_store();
  void drop();
  void take_name();
  // These begin and end at rest: they must move nothing, or all shards of one node.
  void outage();
  void deafness();
  void store_silence();
  void check_loss(node_id id, const std::string& cause);

  sim_member* any_member();
  /// Lets `end` happen later.
  void later(milliseconds after, std::function<void()> end);

  surroundings around_;
  view_faults faults_;
  world_counts counts_;
  std::map<node_id, std::unique_ptr<sim_member>> members_;
  std::multimap<time_point, std::function<void()>> due_;
  std::map<node_id, time_point> next_run_;
  std::set<node_id> started_;
  std::uint64_t next_id_ = 0;
  std::uint64_t next_name_ = 0;
};

}  // namespace roost::cluster::sim
