// SPDX-License-Identifier: Apache-2.0
// The rooms that this node owns, on all its loops.
#pragma once

#include <memory>
#include <vector>

#include "actors/room/empty_rooms.hpp"
#include "actors/room/room_dependencies.hpp"
#include "actors/room/room_registry.hpp"
#include "actors/runtime/loop_scheduler.hpp"
#include "actors/shard/shard_listener.hpp"

namespace roost::actors {

/// Owns: one registry of rooms for each loop. Runs on: any thread; each registry on its loop only.
/// Ends: after the bus.
class node_rooms final : public shard_listener {
 public:
  node_rooms(const room_dependencies& shared, loop_scheduler& scheduler);
  /// Passes the command to the topic's room, on the topic's home loop. Any thread.
  void dispatch(cluster::command&& command);
  void loaded(loaded_room&& stored) override;
  void stored(loop_id home, acknowledgements&& all) override;
  void capture(const topic& topic) override;
  void retire(const topic& topic) override;
  void reload(const topic& topic) override;
  void fenced(cluster::shard_id shard) override;
  /// As the functions of room_registry, on every loop.
  void drop_former(cluster::shard_id shard, std::uint64_t ownership);
  void attaching_finished(cluster::shard_id shard, std::uint64_t ownership);
  void node_left(node_id node);
  /// The rooms of a loop; call on that loop.
  room_registry& on(loop_id loop) { return *registries_[loop.value]; }
  const room_registry& on(loop_id loop) const { return *registries_[loop.value]; }

 private:
  void post(const topic& topic, void (room_registry::*call)(const roost::topic&));
  template <class Call>
  void post_all(Call call);

  loop_scheduler& scheduler_;
  empty_rooms empty_;                                       // shared by all loops
  std::vector<std::unique_ptr<room_registry>> registries_;  // one for each loop
};

}  // namespace roost::actors
