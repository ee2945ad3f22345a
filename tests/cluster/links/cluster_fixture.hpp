// SPDX-License-Identifier: Apache-2.0
// Several nodes in one process, each with a recorder as the handler of its bus.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/cluster/links/linked_node.hpp"
#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/bus_recorder.hpp"

namespace roost::cluster::tests {

using namespace std::chrono_literals;
using roost::tests::recorder;

/// Nodes 1, 2, … on a network without delay. Owns: all of them. Runs on: its test. Ends: with it.
struct cluster_fixture {
  struct member {
    member(std::uint64_t id, const std::string& name, cluster_fixture& in)
        : node(node_id{id}, name, in.network, in.logs, heard, in.options) {}
    recorder heard;
    linked_node node;
    bool is_paused = false;
  };

  explicit cluster_fixture(std::uint32_t shards = 8) {
    logs.all.resize(shards);
    logs.now = test_start;
    network.set_spread_ms(1);
  }
  member& start(std::uint64_t id) { return start(id, name_of(node_id{id})); }
  member& start(std::uint64_t id, const std::string& name) {
    return *members.emplace(id, std::make_unique<member>(id, name, *this)).first->second;
  }
  void kill(std::uint64_t id) { members.erase(id); }
  /// Nodes 1 … `count`, when they have shared the shards and nobody waits for attaches any more.
  void start_all(std::uint64_t count) {
    for (std::uint64_t id = 1; id <= count; ++id) start(id);
    run(12s);
    clear();
  }
  void pause(std::uint64_t id) {
    at(id).is_paused = true;
    network.pause(node_id{id});
  }
  void resume(std::uint64_t id) {
    at(id).is_paused = false;
    network.resume(node_id{id}, logs.now);
  }
  void clear() {
    for (auto& [id, each] : members) each->heard.clear();
  }
  void run(milliseconds time) {
    for (const auto end = logs.now + time; logs.now < end;) {
      logs.now += 10ms;
      network.deliver(logs.now);
      for (auto& [id, each] : members) {
        if (!each->is_paused) each->node.run(logs.now);
      }
    }
  }

  member& at(std::uint64_t id) { return *members.at(id); }
  linked_node& node(std::uint64_t id) { return at(id).node; }
  recorder& heard(std::uint64_t id) { return at(id).heard; }
  bus_between_nodes& bus(std::uint64_t id) { return node(id).bus; }
  /// A topic of the shard.
  std::string topic_in(shard_id shard) {
    for (int i = 0;; ++i) {
      auto name = "room:" + std::to_string(i);
      if (cluster::shard_of(test_key, static_cast<std::uint32_t>(logs.all.size()), name) == shard) {
        return name;
      }
    }
  }
  /// A shard that the node owns, and all know it.
  shard_id shard_of_node(std::uint64_t id) {
    for (std::uint32_t k = 0;; ++k) {
      if (node(id).routes.owner_of(shard_id{k}).node == node_id{id}) return shard_id{k};
    }
  }

  node_options options;
  shared_logs logs;
  memory_network network;
  std::map<std::uint64_t, std::unique_ptr<member>> members;
};

}  // namespace roost::cluster::tests
