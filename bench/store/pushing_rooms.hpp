// SPDX-License-Identifier: Apache-2.0
// Rooms of one shard that push, each with one push outstanding.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/store/shard_driver.hpp"

namespace roost::bench {

/// Owns: the rooms. Runs on: the driver's thread. Ends: before the driver.
class pushing_rooms {
 public:
  /// Called when a push is stored, with the time since it was made. False: the room pushes no more.
  using stored_handler = std::function<bool(std::int64_t took_ns)>;

  /// `first` numbers the rooms of all shards.
  pushing_rooms(shard_driver& driver, unsigned first, unsigned count, unsigned bytes,
                stored_handler on_stored);

  /// Takes the effects of the driver; a room pushes when it is loaded. Returns why it cannot go on;
  /// empty: it can.
  std::string run_effects();
  bool are_loaded() const { return loaded_ == rooms_.size(); }

 private:
  struct room {
    cluster::shared_topic topic;
    std::uint64_t pushes = 0;
    std::int64_t pushed_at_ns = 0;
  };

  void run(const cluster::shard_effects::serving& effect);
  void run(const cluster::shard_effects::loaded& effect);
  void run(const cluster::shard_effects::stored& effect);
  void push(std::size_t index);

  shard_driver& driver_;
  stored_handler on_stored_;
  payload payload_;
  std::vector<room> rooms_;
  std::size_t loaded_ = 0;
  std::string epoch_text_;
};

}  // namespace roost::bench
