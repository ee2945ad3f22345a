// SPDX-License-Identifier: Apache-2.0
// Simulates three to five nodes with whole buses, whose network and processes fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/cluster/links/world_node.hpp"

namespace roost::cluster::tests {

/// How often each thing happened, so that a run shows that it tested something.
struct world_totals {
  std::uint64_t arrivals = 0;
  std::uint64_t breaks = 0;
  std::uint64_t overruns = 0;
  std::uint64_t stale = 0;
  std::uint64_t misrouted = 0;
  std::uint64_t markers = 0;
  std::uint64_t gaps = 0;
};

/// One run. Owns: its nodes. Runs on: one thread. Ends: any time.
class links_world {
 public:
  links_world(std::uint64_t seed, const view_faults& faults);
  /// Runs everything; empty, or the promise that did not hold.
  std::string run();
  const world_totals& totals() const { return totals_; }

 private:
  void start(std::string name);
  void run_for(milliseconds time);
  void something_happens();
  void crash();
  void pause();
  void cut();
  void disconnect();
  void restart_network();
  void block();
  void burst();
  void damage();
  void leave();
  void remove(node_id id);
  void rest();
  void later(milliseconds after, std::function<void()> end);
  /// Calls it if the node lives then.
  void later_for(node_id id, milliseconds after, std::function<void(world_node&)> end);
  world_node& any();
  std::vector<node_id> living() const;
  std::uint64_t moves() const;

  world_surroundings around_;
  world_totals totals_;
  std::map<node_id, std::unique_ptr<world_node>> nodes_;
  std::multimap<time_point, std::function<void()>> due_;
  std::uint64_t next_id_ = 0;
  std::uint64_t next_name_ = 0;
};

}  // namespace roost::cluster::tests
