// SPDX-License-Identifier: Apache-2.0
// Chooses the random actions of the simulated clients.
#pragma once

#include <deque>
#include <iosfwd>
#include <memory>
#include <vector>

#include "tests/fixtures/dice.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/sim_client.hpp"
#include "tests/sim/simulated_node.hpp"

namespace roost::sim {

/// Owns: its random generator. Runs on: the simulation's thread. Ends: with the simulation.
class scenario {
 public:
  scenario(const plan& plan, dice random, std::vector<std::unique_ptr<simulated_node>>& nodes,
           std::deque<client>& clients)
      : plan_(plan), random_(random), nodes_(nodes), clients_(clients) {}
  /// Performs one action of one client.
  void act();
  /// The time until the next action.
  std::chrono::microseconds pause();
  /// The first half of the clients leave their topics; the others disconnect without leaving.
  void everybody_leaves();

 private:
  void act_connected(client& client);
  void act_on(client& client, std::size_t topic);
  void connect(client& client);
  void join(client& client, std::size_t topic);

  const plan& plan_;
  dice random_;
  std::vector<std::unique_ptr<simulated_node>>& nodes_;
  std::deque<client>& clients_;
};

}  // namespace roost::sim
