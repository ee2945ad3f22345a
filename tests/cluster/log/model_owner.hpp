// SPDX-License-Identifier: Apache-2.0
// A node of the exploration of shard_log: a shard_log with the rooms that it has loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/log/shard_log.hpp"
#include "tests/cluster/log/model_room.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::cluster::model {

/// A push that was answered, with the position of its event.
struct answered_push {
  std::string topic;
  std::uint64_t number = 0;
  std::uint64_t ownership = 0;
  std::uint64_t at = 0;
};

/// Plays the actors around a shard_log. Owns: both. Runs on: one thread. Ends: when it crashes.
class owner {
 public:
  owner(const shard_log_limits& limits, node_id self, std::uint64_t seed, const log_faults* faults);

  shard_log& log() { return log_; }
  /// A push from the client of a room; lost if the room is not loaded. `unanswered`: the first
  /// number without an answer.
  void push(const std::string& topic, std::uint64_t number, std::uint64_t unanswered);
  void load(const std::string& topic);
  /// Nobody uses the room any more.
  void leave(const std::string& topic);
  /// Carries out the captures that were asked for.
  void capture(time_point now);
  /// Lets the log work.
  void poll(time_point now);

  std::vector<log_request> take_requests() { return std::exchange(requests_, {}); }
  std::vector<answered_push> take_answers() { return std::exchange(answers_, {}); }
  /// The ownership that has begun to serve, once.
  std::uint64_t take_serving() { return std::exchange(serving_, 0); }
  /// A room has records that are not stored, so that the log must notice by itself if it is fenced.
  bool waits_for_log() const;
  const std::string& violation() const { return violation_; }
  bool has_lost() const { return log_.counters().losses > 0; }

 private:
  struct held_room {
    bool is_loaded = false;
    bool is_usable = false;  // it does not wait for its first snapshot
    bool is_leaving = false;
    bool is_captured_once_loaded = false;
    std::uint64_t tickets = 0;
    std::uint64_t stored = 0;  // the last ticket that is stored
    room state;
    std::vector<std::pair<std::uint64_t, answered_push>> waiting;  // for their tickets
  };

  void take(shard_effects::send& effect);
  void take(shard_effects::stored& effect);
  void take(shard_effects::serving& effect);
  void take(shard_effects::stopped& effect);
  void take(shard_effects::accepting&) {}
  void take(shard_effects::loaded& effect);
  void take(shard_effects::load_failed& effect);
  void take(shard_effects::too_large&) {}
  void take(shard_effects::capture& effect);
  void take(shard_effects::stored_snapshot& effect);
  void take(shard_effects::reload& effect);
  void take(shard_effects::retire&) {}
  void take(shard_effects::verified&) {}
  void capture(const std::string& topic, held_room& held, time_point now);
  void answer(held_room& held);

  sim::dice dice_;
  time_point now_;
  shard_log log_;
  std::map<std::string, held_room> rooms_;
  std::vector<std::string> captures_;
  std::vector<log_request> requests_;
  std::vector<answered_push> answers_;
  std::uint64_t serving_ = 0;
  std::string violation_;
};

}  // namespace roost::cluster::model
