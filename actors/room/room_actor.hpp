// The actor around a room: takes commands, publishes events.
#pragma once

#include <string>
#include <vector>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/room.hpp"

namespace roost::actors {

class room_table;

/// Owns: one room. Runs on: the topic's home loop. Ends: end_now, or by itself when it has had no
/// members for `empty_for`.
class room_actor final : public pinned {
 public:
  static constexpr std::chrono::seconds empty_for{60};  // rooms.md: at least 60 s

  room_actor(caf::actor_config& cfg, node_context& node, room_table& table, topic where,
             const room_rule& rule);
  caf::behavior make_behavior() override;
  const char* name() const override { return "room"; }

 private:
  void take(const cluster::command& what);
  void publish();
  void empty_now();
  void forget(std::uint64_t emptied);
  void crash(const cluster::command& what, const char* why);

  node_context& node_;
  room_table& table_;
  topic where_;
  room room_;
  std::vector<cluster::event> out_;
  std::uint64_t taken_ = 0;    // commands handled
  std::uint64_t emptied_ = 0;  // times that the last member left
};

}  // namespace roost::actors
