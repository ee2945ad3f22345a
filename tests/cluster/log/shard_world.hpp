// SPDX-License-Identifier: Apache-2.0
// Explores the log of a shard: nodes that contend for it over a faulty store, and what must hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/log/model_owner.hpp"
#include "tests/cluster/log/model_store.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::cluster::model {

/// The faults of the surroundings. Each kind has its own promises.
enum class surroundings : std::uint8_t {
  kills,       ///< nodes crash, stall and contend; requests are late; the server is killed
  stale,       ///< besides, reads of snapshots are answered from older moments
  power_cuts,  ///< besides, the store loses what it has not synced, and every connection breaks
  quiet_loss,  ///< the store loses its end and no connection breaks: only purges are checked
};

/// Plays random moves from a seed. Owns: the nodes, the store, the clients. Runs on: one thread.
/// Ends: any time.
class shard_world {
 public:
  shard_world(std::uint64_t seed, surroundings kind, const log_faults& faults = {});
  /// Plays, heals everything, and waits until all is at rest. The violated promise, or empty.
  std::string run(unsigned moves);
  /// How often each thing happened, for the printed counts.
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  struct node {
    node_id id;
    std::unique_ptr<owner> self;
    bool is_stalled = false;
    bool is_suspended = false;
  };
  struct flight {
    std::size_t node = 0;
    node_id sender;  // {}: nobody waits for the answer
    log_request request;
    std::optional<log_answer> answer;  // once it was carried out
  };
  struct client {
    std::uint64_t last = 0;                  ///< number that was ever pushed
    std::map<std::uint64_t, bool> answered;  ///< all numbers above the answered beginning
    std::uint64_t unanswered() const;
    std::vector<answered_push> kept;     ///< may never be lost
    std::vector<answered_push> exposed;  ///< may be lost, but not silently
    std::size_t synced = 0;              ///< of `kept`
  };

  // moves (shard_world_moves.cpp)
  void move();
  void deliver();
  void execute(flight& each);
  void lose();
  void time_out(flight& each);
  void sync_log();
  void push();
  void poll(node& each);
  void collect(node& each);
  void send_requests(node& each);
  void take_over(node& each);
  void crash(node& each);
  void stall(node& each);
  void reconnect(node& each);
  void cut_power();
  void advance(std::uint64_t ms_max);
  bool is_write(const log_request& request) const;
  void count(const char* name) { ++counts_[name]; }

  // promises (shard_world.cpp)
  void check();
  void check(const std::string& topic, const client& each);
  room stored_room(const std::string& topic) const;
  void settle();
  void take_over_idle();
  void check_rest();
  void check_orphans();
  void tell_ownerships();
  bool is_done() const;
  void fail(std::string why);

  /// In thousandths. Each seed has its own, because some bugs need a fault often, others never.
  struct rates {
    unsigned late_copy = 0;   ///< of writes that are carried out once more
    unsigned late_waits = 0;  ///< of the moves that could deliver a late copy
    unsigned contention = 0;  ///< of the take-overs while somebody serves
    unsigned stalled = 0;     ///< of the moves that could end a stall
    unsigned power_cut = 0;
  };

  sim::dice dice_;
  const surroundings kind_;
  const rates rates_;
  const log_faults faults_;
  shard_log_limits limits_;
  time_point now_{std::chrono::hours(1)};
  time_point log_synced_at_ = now_;
  time_point snapshots_synced_at_ = now_;
  time_point no_push_until_;
  store store_;
  std::vector<node> nodes_;
  std::vector<flight> flights_;
  std::map<std::string, client> clients_;
  std::uint64_t ids_ = 0;
  bool is_healed_ = false;
  bool is_changed_ = false;
  std::string violation_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace roost::cluster::model
