// SPDX-License-Identifier: Apache-2.0
// One simulated node: real actors on loops that the simulation steps.
#pragma once

#include <memory>
#include <vector>

#include "actors/node/node.hpp"
#include "tests/fixtures/dice.hpp"
#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/findings.hpp"
#include "tests/sim/fault_counts.hpp"
#include "tests/sim/faulty_bus.hpp"
#include "tests/sim/faulty_stores.hpp"
#include "tests/sim/frame_network.hpp"
#include "tests/sim/plan.hpp"

namespace roost::sim {

using promises::findings;
using promises::promise;

/// The objects that the nodes of one simulation share.
struct shared_objects {
  const sim::plan& plan;
  const tests::virtual_time& time;
  faulty_network* network = nullptr;  ///< null: each node has an in-process bus
  faulty_stores* stores = nullptr;    ///< null: every room is in memory
  frame_network* frames = nullptr;    ///< null: no cluster
  std::function<actors::new_epoch(epoch)> epochs;
  const actors::fault_injection* faults = nullptr;
};

/// Owns: the loops and the node. Runs on: the simulation's thread; end() uses a second one. Ends:
/// with the simulation, after its clients.
class simulated_node {
 public:
  /// `self`: of this process; no two have the same.
  simulated_node(const shared_objects& shared, std::size_t index, node_id self, dice random);
  ~simulated_node();

  node_id id() const { return self_; }
  actors::node& actors() { return node_; }
  std::vector<std::unique_ptr<net::loop>>& loops() { return loops_; }
  time_point next_due() const;
  /// Call after all clients have left and all retention times have passed: reports every leak.
  void check_empty(findings& found);
  /// Adds what the node has counted of faults.
  void count(fault_counts& into) const;
  void end();

 private:
  class order;
  static std::vector<std::unique_ptr<net::loop>> make_loops(const shared_objects& shared);
  actors::node_dependencies parts_of(const shared_objects& shared, dice random);
  actors::cluster_parts cluster_of(const shared_objects& shared);

  std::size_t index_;
  node_id self_;
  std::size_t shards_;
  std::vector<std::unique_ptr<net::loop>> loops_;
  faulty_stores::node_stores stores_;
  metrics probe_;
  settings_store config_;
  actors::node node_;
  std::unique_ptr<order> order_;
  bool is_ended_ = false;
};

}  // namespace roost::sim
