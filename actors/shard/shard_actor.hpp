// SPDX-License-Identifier: Apache-2.0
// The actor around a shard's log: takes records from rooms, sends requests to the stores.
#pragma once

#include <caf/actor_addr.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/messages/shard_messages.hpp"
#include "actors/runtime/answer_gate.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "actors/shard/shard_dependencies.hpp"
#include "actors/shard/shard_ports.hpp"
#include "actors/shard/shard_probe.hpp"
#include "actors/shard/shard_stores.hpp"
#include "cluster/log/shard_log.hpp"
#include "config/base/clock.hpp"
#include "net/loop/timer_wheel.hpp"

namespace roost::actors {

/// The actor of one shard. It takes the shard over when it starts, and again a second after it
/// lost it; in a cluster it does so only while its orders say so.
/// Owns: the shard's log, the handles of its rooms that are loaded. Runs on: loop `shard % loops`.
/// Ends: at end_now; records that are not stored by then may be lost.
class shard_actor final : public pinned_actor {
 public:
  shard_actor(caf::actor_config& cfg, const shard_dependencies& shared, shard_port& port);
  caf::behavior make_behavior() override;
  const char* name() const override { return "shard"; }

 private:
  struct poll_timer final : net::timer_node {
    explicit poll_timer(shard_actor& of) : owner(of) {}
    void expired() override { owner.poll_soon(); }
    shard_actor& owner;
  };
  struct loaded {
    cluster::shared_topic topic;
    caf::actor room;
    loop_id home;
  };

  void load(load_room& asked);
  void append(append_records& made);
  void take(captured_room& captured);
  void drop(const topic& topic);
  const cluster::shared_topic& remember(const topic& topic, const caf::actor& room);
  void follow(const shard_orders& orders);
  void suspend();
  void verify();
  void refuse(const topic& topic, bool is_owned);
  void on_exit() override;
  void poll_soon();
  void take_over();
  void poll();
  void run(cluster::shard_effects::send& effect);
  void run(cluster::shard_effects::stored& effect);
  void run(cluster::shard_effects::serving& effect);
  void run(cluster::shard_effects::stopped& effect);
  void run(cluster::shard_effects::accepting& effect);
  void run(cluster::shard_effects::loaded& effect);
  void run(cluster::shard_effects::load_failed& effect);
  void run(cluster::shard_effects::too_large& effect);
  void run(cluster::shard_effects::capture& effect);
  void run(cluster::shard_effects::stored_snapshot& effect);
  void run(cluster::shard_effects::reload& effect);
  void run(cluster::shard_effects::retire& effect);
  void run(cluster::shard_effects::verified&);
  void send_acknowledgements();
  void report();

  const shard_dependencies& shared_;
  shard_port& port_;
  std::shared_ptr<answer_gate<caf::actor_addr>> gate_;  // for the answers of the stores
  shard_stores stores_;
  cluster::shard_log log_;
  shard_probe probe_;
  std::string text_;  // of the epochs of the present ownership
  std::shared_ptr<const std::vector<cluster::log_entries::epochs::entry>> epochs_;
  std::unordered_map<topic, loaded> rooms_;
  std::vector<shard_listener::acknowledgements> acknowledged_;  // by loop; empty between polls
  bool takes_;                                                  // over, when it is idle
  bool is_verifying_ = false;
  std::uint32_t known_breaks_ = 0;  // of the connection to the store
  std::uint64_t losses_ = 0;        // that were logged
  bool is_poll_sent_ = false;
  bool is_accepting_ = false;
  time_point busy_until_;
  time_point take_over_at_;
  poll_timer timer_{*this};
};

}  // namespace roost::actors
