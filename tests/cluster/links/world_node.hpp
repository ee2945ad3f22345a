// SPDX-License-Identifier: Apache-2.0
// A simulated node with a whole bus, and edges and rooms that only attach and count.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/links/envelope_ledger.hpp"
#include "tests/cluster/links/linked_node.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::cluster::tests {

inline constexpr std::uint32_t world_shards = 6;

/// Everything that simulated nodes share.
struct world_surroundings {
  explicit world_surroundings(std::uint64_t seed);

  roost::sim::dice random;
  memory_network network;
  shared_logs logs;
  node_options options;
  envelope_ledger ledger;
  std::string broken;               ///< the first promise that did not hold
  std::vector<std::string> topics;  ///< one of each shard

  void fail(node_id at, const std::string& promise);
};

/// Owns: one node. Runs on: the thread of the simulation. Ends: with its process.
class world_node final : public bus_handler {
 public:
  world_node(node_id id, std::string name, world_surroundings& around);

  void command_arrived(command&& command) override;
  void event_arrived(const event_ptr& event) override;
  void link_broke(node_id node, bool has_left) override;
  void owner_changed(shard_id shard, const announced_owner& now) override;
  void attaching_finished(shard_id shard, std::uint64_t ownership) override;

  /// An iteration of its loop.
  void run();
  /// Publishes a command for the shard, or nothing if nobody owns it.
  void publish_command(shard_id shard);
  /// Publishes an event of a shard to the nodes that are attached, if this node owns it.
  void publish_event(shard_id shard);
  /// Checks what must hold when nothing happens any more.
  void check_at_rest(const std::vector<node_id>& living);
  void check_arrivals(const std::vector<node_id>& living);

  bool is_paused = false;
  bool is_leaving = false;
  const std::string& name() const { return name_; }
  linked_node& node() { return node_; }
  std::uint64_t breaks() const { return breaks_; }

 private:
  struct room_side {
    std::set<node_id> attached;
  };

  void attach(shard_id shard);
  void publish(shard_id shard, command command);
  shard_id shard_of(const topic& topic) const { return node_.bus.shard_of(topic); }

  std::string name_;
  world_surroundings& around_;
  std::vector<announced_owner> heard_{world_shards};
  std::vector<room_side> rooms_{world_shards};
  std::set<std::pair<shard_id, std::uint64_t>> finished_;
  std::uint64_t breaks_ = 0;
  linked_node node_;
};

}  // namespace roost::cluster::tests
