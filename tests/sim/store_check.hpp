// SPDX-License-Identifier: Apache-2.0
// Checks what the nodes of a simulation store, after each change of the stores.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "tests/promises/findings.hpp"
#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

/// The fence: behind a marker only its own ownership stores records, until the next marker, which
/// is greater. Storage: what was stored of a room is, at every later moment, in its snapshot or in
/// the log. Owns: the greatest offset that was stored of each room. Runs on: the simulation's
/// thread. Ends: with the simulation.
class store_check {
 public:
  /// `loses`: power cuts take what was stored, so only the fence is checked.
  store_check(faulty_stores& stores, std::uint32_t shards, bool loses, promises::findings& found)
      : stores_(stores), loses_(loses), found_(found), shards_(shards) {}
  /// Call after each step of the stores.
  void run();
  /// A client has seen the event of this offset in a room of durability `event`.
  void seen(const topic& topic, std::uint64_t at);
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
  void check_stored(cluster::shard_id shard);

  faulty_stores& stores_;
  bool loses_;
  promises::findings& found_;
  std::vector<shard_state> shards_;
  cluster::sequence last_snapshot_;
  std::map<std::uint32_t, std::map<std::string, std::uint64_t>> heads_;  // by shard and topic
  std::map<std::string, std::uint64_t> head_of_;                         // by topic
  std::uint64_t markers_ = 0;
};

}  // namespace roost::sim
