// SPDX-License-Identifier: Apache-2.0
// The parameters that a seed determines before the first step of a simulation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cluster/log/shard_log_io.hpp"
#include "cluster/view/cluster_view.hpp"
#include "config/schema/settings.hpp"
#include "tests/promises/room_terms.hpp"
#include "tests/sim/faulty_bus.hpp"
#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

/// Chances are per thousand actions of the scenario.
struct plan {
  std::uint64_t seed = 0;
  std::size_t nodes = 1;
  std::size_t loops = 1;  ///< of each node
  std::size_t clients = 2;
  std::size_t topics = 1;
  std::size_t actions = 200;
  bool has_network = true;  ///< false: one node with the in-process bus
  bus_faults faults;
  std::size_t window_bytes = 4'096;
  std::size_t padding_bytes = 0;      ///< of a push; if large, catching up takes several pages
  std::size_t handlers_max = 4;       ///< for each iteration of a loop
  std::size_t actors_permille = 800;  ///< the chance that an iteration runs one more actor
  unsigned boom_permille = 5;
  unsigned drop_permille = 30;
  unsigned stall_permille = 20;
  unsigned moves_permille = 0;  ///< a shard gets a new owner
  bool is_durable = false;      ///< nodes have a store, and die
  unsigned kill_permille = 0;
  unsigned deadly_appends_permille = 0;  ///< the owner dies as soon as a batch of it is stored
  unsigned power_cut_permille = 0;       ///< of those, in a cluster of outages: stores lose power
  unsigned cut_off_permille = 0;       ///< no request of a node reaches the stores, and then all do
  unsigned store_back_permille = 100;  ///< while a node is cut off: its requests arrive again
  unsigned full_stores_permille = 0;   ///< the stores have no space, and then they do
  bool is_cluster = false;             ///< the nodes have links, and shards move between them
  cluster::view_times times;
  cluster::view_faults view_faults;
  unsigned pause_permille = 0;         ///< a node stands still, for up to three times `gone`
  unsigned break_permille = 0;         ///< a node's connections are gone for a while
  unsigned outage_permille = 0;        ///< those of all nodes
  unsigned cut_permille = 0;           ///< nothing gets from one node to another, for a while
  unsigned split_permille = 0;         ///< of those: nothing gets back either
  unsigned uncut_permille = 300;       ///< while it is cut: the path works again
  unsigned leave_permille = 0;         ///< a node gives its shards away and ends
  unsigned desert_permille = 0;        ///< all clients go for longer than the retention time
  std::int64_t clock_skew_ms_max = 0;  ///< between the wall clocks of nodes
  milliseconds pause_max{150'000};     ///< between two actions
  milliseconds empty_for{600'000};     ///< how long the end waits for rooms to expire
  bool has_limits = false;  ///< rooms have a members_max, and no living node is taken for gone
  std::uint32_t shards = 1;
  store_faults stores;
  cluster::shard_log_limits log_limits;
  settings config;

  /// The promises that rooms with this rule keep under this plan's faults.
  promises::room_terms terms_of(const room_rule& rule) const;
  /// `loses`: there are several nodes, and with some seeds links break and owners change.
  static plan of(std::uint64_t seed, bool loses = false);
  /// One node whose rooms are durable, and which dies and starts again.
  static plan durable(std::uint64_t seed);
  /// One to five nodes whose rooms are durable, or in memory, and move between them.
  static plan cluster(std::uint64_t seed);
};

}  // namespace roost::sim
