// SPDX-License-Identifier: Apache-2.0
// How the rooms of a node reach the actors of the shards that store them.
#pragma once

#include <atomic>
#include <caf/actor.hpp>
#include <cstdint>
#include <deque>
#include <utility>

#include "cluster/shard.hpp"
#include "config/base/siphash.hpp"

namespace roost::actors {

/// The side of a shard that its rooms see. Owns: the handle of the shard's actor.
/// Runs on: any thread. Ends: after the rooms.
struct shard_port {
  explicit shard_port(cluster::shard_id of) : id(of) {}
  const cluster::shard_id id;
  caf::actor log;                        ///< set before the loops run
  std::atomic<bool> takes_pushes{true};  ///< false: refuse pushes before they are applied
  /// Of the connection to the store. Counted before suspend_shard is sent.
  std::atomic<std::uint32_t> breaks{0};
};

/// The shards of a node with a store.
/// Owns: one port for each shard. Runs on: any thread. Ends: after the rooms.
class shard_ports {
 public:
  /// `key`: of the cluster. `shards`: at least 1.
  shard_ports(const siphash_key& key, std::uint32_t shards) : key_(key) {
    for (std::uint32_t i = 0; i < shards; ++i) all_.emplace_back(cluster::shard_id{i});
  }
  shard_port& of(const topic& topic) {
    return all_[cluster::shard_of(key_, static_cast<std::uint32_t>(all_.size()), topic.name).value];
  }
  std::deque<shard_port>& all() { return all_; }

 private:
  siphash_key key_;
  std::deque<shard_port> all_;  // elements with an atomic cannot move
};

}  // namespace roost::actors
