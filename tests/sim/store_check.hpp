// SPDX-License-Identifier: Apache-2.0
// Checks what the nodes of a simulation store, after each change of the stores.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "tests/promises/findings.hpp"
#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

/// The fence: behind a marker only its own ownership stores records, until the next marker, which
/// is greater. No node takes a shard from a node that is up. Storage: what was stored of a room is,
/// at every later moment, in its snapshot or in the log. A power cut takes nothing that was stored
/// a sync interval before. Owns: the greatest offset that was stored of each room. Runs on: the
/// simulation's thread. Ends: with the simulation.
class store_check {
 public:
  /// Whether nothing can hide from a node that another one is up.
  using both_up = std::function<bool(node_id, node_id)>;
  store_check(faulty_stores& stores, std::uint32_t shards, both_up are_up,
              promises::findings& found)
      : stores_(stores), are_up_(std::move(are_up)), found_(found), shards_(shards) {}
  /// Call after each step of the stores.
  void run();
  /// A client has seen the event of this offset in a room of durability `event`.
  void seen(const topic& topic, std::uint64_t at);
  /// Remembers what is stored now, for later power cuts.
  void remember(time_point now, std::chrono::microseconds sync_interval);
  /// Call after a power cut, with the same `sync_interval` as before.
  void power_was_cut(time_point now, std::chrono::microseconds sync_interval);
  /// The ownerships that began since the last call.
  std::vector<std::pair<node_id, std::uint64_t>> take_owners() {
    return std::exchange(owners_, {});
  }
  /// The node whose batch was stored since the last call; none: no such.
  std::optional<node_id> take_author() { return std::exchange(author_, std::nullopt); }
  /// The number of markers so far.
  std::uint64_t markers() const { return markers_; }

 private:
  struct shard_state {
    cluster::sequence first;
    cluster::sequence last;
    std::uint64_t ownership = 0;
    node_id node;
    bool is_released = false;
  };
  void run(cluster::shard_id shard);
  void appended(shard_state& is, cluster::shard_id shard, const cluster::log_entry& entry);
  std::map<std::string, std::uint64_t> held(cluster::shard_id shard);
  void check_stored(cluster::shard_id shard);
  void forget_removed();

  /// The greatest offsets of rooms, by shard and topic.
  using heads = std::map<std::uint32_t, std::map<std::string, std::uint64_t>>;
  struct moment {
    time_point at;
    store_check::heads heads;
  };

  faulty_stores& stores_;
  both_up are_up_;
  promises::findings& found_;
  std::vector<shard_state> shards_;
  cluster::sequence last_snapshot_;
  heads heads_;
  std::deque<moment> moments_;                    // the first is synced, once it is old enough
  std::map<std::string, std::uint64_t> head_of_;  // by topic
  std::optional<node_id> author_;
  std::vector<std::pair<node_id, std::uint64_t>> owners_;
  std::uint64_t markers_ = 0;
};

}  // namespace roost::sim
