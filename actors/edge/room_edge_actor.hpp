// SPDX-License-Identifier: Apache-2.0
// The actor around a room_edge: sends its commands to the bus and its messages to the fan-outs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/edge/attach_pacer.hpp"
#include "actors/edge/edge_dependencies.hpp"
#include "actors/edge/edge_turn.hpp"
#include "actors/edge/room_edge.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "config/base/clock.hpp"

namespace roost::actors {

/// The registry that started an edge, for its actor. Owns: nothing. Runs on: any thread.
/// Ends: after the edges.
class edge_lifecycle {
 public:
  virtual ~edge_lifecycle() = default;
  /// Called by an idle edge that wants to end. False: it was acquired again and must go on.
  virtual bool retire(const topic& topic) = 0;
  /// A number greater than that of every incarnation of this node's edges.
  virtual std::uint64_t next_incarnation() = 0;
  virtual attach_pacer& pacer() = 0;
};

/// The actor of one topic's edge on this node.
/// Owns: one room_edge, and the broadcasts that wait for batch_ms. Runs on: the topic's home loop.
/// Ends: when no connection of the node has a channel of the topic and the owner has answered
/// everything, or at end_now.
class room_edge_actor final : public pinned_actor {
 public:
  /// Interval of room_edge::tick(), while something is unanswered that may be lost or slow.
  static constexpr milliseconds tick_every{500};

  room_edge_actor(caf::actor_config& cfg, const edge_dependencies& shared,
                  edge_lifecycle& lifecycle, const topic& topic, std::uint64_t incarnation);
  caf::behavior make_behavior() override;
  const char* name() const override { return "room_edge"; }

 private:
  void take(const cluster::event_ptr& event);
  void tick();
  void begin_attach(bool is_anew, std::shared_ptr<const void> round);
  void ask_for_turn(node_id owner);
  void begin_turn(std::uint32_t number);
  void check_turn();
  void end_turn();
  void on_exit() override { end_turn(); }
  void run_effects();
  void publish_commands();
  void send_unicasts();
  void send_broadcasts();
  void flush_batch();
  void count_effects();
  void account_memory();
  void arm_tick();
  void use_rules();
  void retire();
  void end();
  fan_out_batch& to_loop(std::size_t loop) { return batches_[loop]; }
  void send_batches();

  const edge_dependencies& shared_;
  edge_lifecycle& lifecycle_;
  cluster::shard_id shard_;
  std::shared_ptr<const compiled_rule> rule_;
  room_edge edge_;
  edge_effects out_;
  std::vector<fan_out_batch> batches_;  // one for each loop; empty between messages
  std::vector<broadcast> batched_;      // broadcasts that wait for batch_ms
  std::size_t encodes_ = 0;
  std::size_t reported_bytes_ = 0;        // held_bytes() as last added to the metric
  std::unique_ptr<edge_turn> attaching_;  // null: nothing to attach
  std::uint32_t turns_ = 0;               // number of turns that it has asked for
  bool is_ticking_ = false;
  bool is_retiring_ = false;
};

}  // namespace roost::actors
