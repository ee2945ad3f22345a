// SPDX-License-Identifier: Apache-2.0
// The owners of all shards, for every thread that publishes.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "cluster/bus.hpp"
#include "cluster/shard.hpp"
#include "config/base/siphash.hpp"

namespace roost::cluster {

/// The owner of each shard as the node was last told. Owns: one entry for each. Runs on: any
/// thread; the setters on the thread of the links. Ends: after the bus and the links that share it.
class shard_routes {
 public:
  /// `key`, `shards`: of the cluster, see shard_of().
  shard_routes(const siphash_key& key, std::uint32_t shards) : key_(key), entries_(shards) {}

  std::uint32_t shards() const { return static_cast<std::uint32_t>(entries_.size()); }
  shard_id shard_of(const topic& topic) const {
    return cluster::shard_of(key_, shards(), topic.name);
  }
  announced_owner owner_of(shard_id shard) const {
    const auto& at = entries_[shard.value];
    const std::lock_guard guard(at.lock);
    return at.owner;
  }
  bool is_attaching(shard_id shard) const { return entries_[shard.value].is_attaching; }

  /// `is_mine`: this node owns it, and edges may attach from now on.
  void set(shard_id shard, const announced_owner& owner, bool is_mine) {
    auto& at = entries_[shard.value];
    const std::lock_guard guard(at.lock);
    at.owner = owner;
    at.is_attaching = is_mine;
  }
  void finish_attaching(shard_id shard) { entries_[shard.value].is_attaching = false; }
  /// The ownership to which this node's own edges have attached last. Any thread.
  void set_own_attached(shard_id shard, std::uint64_t ownership) {
    entries_[shard.value].own_attached = ownership;
  }
  std::uint64_t own_attached(shard_id shard) const { return entries_[shard.value].own_attached; }

 private:
  // A lock for each shard, so that loops rarely contend.
  struct entry {
    mutable std::mutex lock;
    announced_owner owner;
    std::atomic<bool> is_attaching{false};
    std::atomic<std::uint64_t> own_attached{0};
  };

  siphash_key key_;
  std::vector<entry> entries_;
};

}  // namespace roost::cluster
