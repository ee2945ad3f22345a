// SPDX-License-Identifier: Apache-2.0
// A shard_host on simulated logs, which all nodes of a test share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "cluster/links/node_links.hpp"
#include "tests/cluster/view/sim/sim_log.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::cluster::tests {

/// The logs, and how long and how well they are read.
struct shared_logs {
  sim::sim_logs all;
  time_point now;
  roost::sim::dice random{1};
  std::uint64_t read_ms_max = 0;          ///< of a take-over
  unsigned unknown_outcome_permille = 0;  ///< of the markers that are appended
};

/// Owns: which shards its node serves. Runs on: the thread of its test. Ends: with its node.
class log_host final : public shard_host {
 public:
  log_host(node_id me, shared_logs& logs) : me_(me), logs_(logs), work_(logs.all.size()) {}

  node_links* links = nullptr;
  bool has_store = true;
  bool follows_plans = true;
  bool verifies = true;
  unsigned append_permille = 1000;  ///< in an iteration
  unsigned asked = 0;
  std::vector<shard_id> asked_to_verify;

  bool serves(shard_id shard) const { return work_[shard.value].serves; }
  std::uint64_t ownership(shard_id shard) const { return work_[shard.value].ownership; }
  std::size_t load() const {
    return static_cast<std::size_t>(std::ranges::count(work_, true, &shard_work::serves));
  }

  void verify(std::span<const shard_id> shards) override {
    asked_to_verify.assign(shards.begin(), shards.end());
    if (!has_store || !verifies) return;
    for (const auto shard : shards) {
      if (serves(shard) && is_last(shard)) {
        links->verified(shard);
      } else {
        lose(shard);
      }
    }
  }
  void exceed(shard_id shard, std::uint64_t above) override {
    if (!serves(shard) || above <= ownership(shard)) return;
    if (!is_last(shard)) return lose(shard);
    links->dropped(shard, log_end::perhaps_mine);
    own(shard, above + 1);
  }
  void ask_store() override {
    ++asked;
    if (has_store) links->store_answered(logs_.now);
  }
  void follow(const shard_plan& plan) override {
    if (!has_store || !follows_plans) return;
    for (const auto shard : plan.take) take_over(shard);
    for (const auto& move : plan.give) give(move);
  }

  /// Appends a marker, and begins to read the log.
  void take_over(shard_id shard) {
    auto& work = work_[shard.value];
    auto& log = log_of(shard);
    if (work.serves || work.is_reading) return;
    links->store_answered(logs_.now);
    if (!may_take_behind(links->node().view(), me_, log.author, log.released_to)) {
      links->dropped(shard, log_end::of_another);
      if (log.released_to != node_id{}) links->released(shard, log.ownership, log.released_to);
      return;
    }
    const auto micros = static_cast<std::uint64_t>(logs_.now.time_since_epoch().count() / 1'000);
    log = {me_, std::max(log.ownership + 1, micros), {}, log.markers + 1};
    if (logs_.random.chance(logs_.unknown_outcome_permille)) {
      links->dropped(shard, log_end::perhaps_mine);
      return;
    }
    work = {true, false, log.ownership,
            logs_.now + milliseconds(logs_.random.below(logs_.read_ms_max + 1))};
    finish_reading();
  }
  /// Appends a marker of this ownership whatever the log says, and serves the shard.
  void own(shard_id shard, std::uint64_t ownership) {
    log_of(shard) = {me_, ownership, {}, log_of(shard).markers + 1};
    work_[shard.value] = {false, true, ownership, {}};
    links->taken(shard, ownership);
  }
  /// An iteration of the node's loop: readings that are due end, and appends tell who is fenced.
  void run() {
    if (!has_store) return;
    finish_reading();
    if (!verifies || !logs_.random.chance(append_permille)) return;
    for (std::uint32_t k = 0; k < work_.size(); ++k) {
      if (serves(shard_id{k}) && !is_last(shard_id{k})) lose(shard_id{k});
    }
    links->store_answered(logs_.now);
  }
  /// Stops serving a shard although its marker is the last.
  void drop(shard_id shard) {
    work_[shard.value] = {};
    links->dropped(shard, log_end::perhaps_mine);
  }

 private:
  struct shard_work {
    bool is_reading = false;
    bool serves = false;
    std::uint64_t ownership = 0;
    time_point until;  // reading ends
  };

  sim::sim_log& log_of(shard_id shard) { return logs_.all[shard.value]; }
  bool is_last(shard_id shard) {
    return log_of(shard).author == me_ && log_of(shard).ownership == ownership(shard);
  }
  void finish_reading() {
    for (std::uint32_t k = 0; k < work_.size(); ++k) {
      auto& work = work_[k];
      if (!work.is_reading || logs_.now < work.until) continue;
      work.is_reading = false;
      work.serves = true;
      links->taken(shard_id{k}, work.ownership);
    }
  }
  void give(const hand_over& move) {
    if (!serves(move.shard) || !is_last(move.shard)) return;
    log_of(move.shard).released_to = move.to;
    work_[move.shard.value] = {};
    links->released(move.shard, log_of(move.shard).ownership, move.to);
  }
  void lose(shard_id shard) {
    work_[shard.value] = {};
    links->dropped(shard, log_end::of_another);
  }

  node_id me_;
  shared_logs& logs_;
  std::vector<shard_work> work_;
};

}  // namespace roost::cluster::tests
