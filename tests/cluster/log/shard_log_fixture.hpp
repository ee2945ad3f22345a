// SPDX-License-Identifier: Apache-2.0
// A shard_log over a model of the stores, for tests of one rule at a time.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/log/shard_log.hpp"
#include "tests/cluster/log/model_room.hpp"
#include "tests/cluster/log/model_store.hpp"

namespace roost::cluster {

/// Owns: the log; shares the stores with other fixtures. Runs on: one thread. Ends: any time.
class shard_log_fixture {
 public:
  using stores = std::shared_ptr<model::store>;
  static shard_log_limits prompt_limits() {
    shard_log_limits out;
    out.truncate_delay_ms = 0;
    out.retention_ms = 0;
    return out;
  }
  /// Of a store that syncs later.
  static shard_log_limits patient_limits() {
    auto out = prompt_limits();
    out.truncate_delay_ms = 500;
    return out;
  }
  explicit shard_log_fixture(stores shared = std::make_shared<model::store>(1),
                             std::uint64_t node = 1,
                             const shard_log_limits& limits = prompt_limits())
      : store(std::move(shared)),
        self(node),
        log(limits, self, [this] { return random_ += 1000; }) {}

  /// Takes what the log wants. Requests are collected in `requests`.
  void poll() {
    for (auto& effect : log.poll(now)) {
      if (auto* send = std::get_if<shard_effects::send>(&effect)) {
        requests.push_back(std::move(send->request));
      } else {
        effects.push_back(std::move(effect));
      }
    }
  }
  /// Carries out all requests until there are none.
  void run() {
    for (poll(); !requests.empty(); poll()) {
      for (auto& request : std::exchange(requests, {})) {
        log.answer(request.id, store->execute(request, 0), now);
      }
    }
  }
  /// The only request, which must be of this kind, is carried out and answered in this way.
  template <class Request>
  Request answer_last(std::optional<log_answer> answer = {}, bool is_executed = true) {
    auto request = requests.at(0);
    requests.erase(requests.begin());
    auto real = is_executed ? store->execute(request, 0) : log_answer{};
    log.answer(request.id, answer ? std::move(*answer) : std::move(real), now);
    poll();
    return std::get<Request>(request.body);
  }
  void advance(std::int64_t ms) { now += milliseconds(ms); }
  void take_over(std::int64_t wall_us = 1'000'000) { log.take_over(now, wall_us); }
  void serve(std::int64_t wall_us = 1'000'000) {
    take_over(wall_us);
    run();
  }
  /// Serves, with one push of the room "a" in the log.
  void serve_with_record() {
    serve();
    load("a");
    push("a", 1);
    run();
  }
  /// Loads the room and makes it a model::room of this ownership.
  void load(const std::string& topic) {
    log.load(roost::topic{topic});
    run();
    open(take<shard_effects::loaded>().value());
  }
  void open(const shard_effects::loaded& loaded) {
    room = model::room::make(loaded.snapshot ? &*loaded.snapshot : nullptr, loaded.records);
    room.begin(log.ownership());
  }
  /// The room applies a push. Its ticket is the number.
  void push(const std::string& topic, std::uint64_t number) {
    const roost::topic name{topic};
    log.add(name, {room.push(name, number)}, number);
  }
  void capture(const std::string& topic) {
    const roost::topic name{topic};
    log.captured(name, room.last_number(), room.capture(name), now);
  }

  /// The first effect of this kind is removed.
  template <class Effect>
  std::optional<Effect> take() {
    const auto is_kind = [](const auto& each) { return std::holds_alternative<Effect>(each); };
    const auto found = std::find_if(effects.begin(), effects.end(), is_kind);
    if (found == effects.end()) return std::nullopt;
    auto out = std::get<Effect>(std::move(*found));
    effects.erase(found);
    return out;
  }
  /// The number of the last stored ticket, or 0.
  std::uint64_t take_stored() {
    std::uint64_t out = 0;
    while (const auto stored = take<shard_effects::stored>()) out = stored->tickets.back().number;
    return out;
  }
  std::size_t messages() const { return store->log().size(); }

  time_point now{std::chrono::hours(1)};
  stores store;
  node_id self;
  model::room room;
  shard_log log;
  std::vector<log_request> requests;
  std::vector<shard_effect> effects;

 private:
  std::uint64_t random_ = 0;
};

inline write_result unknown_outcome() { return {write_outcome::unknown, {}, "no answer"}; }
inline write_result conflict() { return {write_outcome::conflict, {}, "last sequence"}; }

}  // namespace roost::cluster
