// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <variant>

#include "bench/load/load_clock.hpp"
#include "bench/store/pushing_rooms.hpp"
#include "bench/store/store_scenarios.hpp"

namespace roost::bench {
namespace {

constexpr milliseconds poll_interval{100};
constexpr std::int64_t fill_ns_max = 300 * second_ns;
constexpr std::int64_t take_over_ns_max = 60 * second_ns;
constexpr unsigned rooms_max = 100;
constexpr std::size_t filler = 0;
constexpr std::size_t taker = 1;

cluster::shard_log_limits limits_of_filler() {
  cluster::shard_log_limits out;
  out.batch_bytes_max = 1;  // one record in each message
  out.log_messages_max = std::numeric_limits<std::uint64_t>::max();
  return out;
}

/// Two nodes, one after the other. Owns: both. Runs on: one thread. Ends: after the last answer.
class two_owners {
 public:
  two_owners(const store_options& options, const open_stores& stores)
      : first_(filler, shard, node_id{1}, stores, limits_of_filler(), inbox_),
        second_(taker, shard, node_id{2}, stores, {}, inbox_),
        missing_(options.messages),
        rooms_(first_, 0, std::min(options.messages, rooms_max), options.bytes,
               [this](std::int64_t) { return stored(); }),
        unpushed_(options.messages - std::min(options.messages, rooms_max)) {}

  /// Returns why it failed; empty: the log holds all messages.
  std::string fill() {
    const auto give_up_ns = now_ns() + fill_ns_max;
    first_.take_over();
    while (missing_ > 0) {
      if (auto why = rooms_.run_effects(); !why.empty()) return why;
      take_answers();
      if (now_ns() > give_up_ns) return "the log was not filled in time";
    }
    first_.log().stop();
    return {};
  }

  std::string take_over() {
    started_at_ = std::chrono::steady_clock::now();
    const auto give_up_ns = now_ns() + take_over_ns_max;
    second_.take_over();
    while (now_ns() < give_up_ns) {
      for (const auto& each : second_.poll()) {
        if (std::holds_alternative<cluster::shard_effects::serving>(each)) {
          served_at_ = std::chrono::steady_clock::now();
          return {};
        }
        if (const auto* stopped = std::get_if<cluster::shard_effects::stopped>(&each)) {
          return "the take-over stopped: " + stopped->detail;
        }
      }
      take_answers();
    }
    return "the shard was not served in a minute";
  }

  void report(figures& to) {
    const auto ms = [this](time_point since) {
      return std::chrono::duration<double, std::milli>(served_at_ - since).count();
    };
    to.add("ms_after_marker", ms(second_.marker_at()));
    to.add("ms_in_all", ms(started_at_));
  }

 private:
  static constexpr cluster::shard_id shard{0};

  bool stored() {
    --missing_;
    if (unpushed_ == 0) return false;
    --unpushed_;
    return true;
  }

  void take_answers() {
    for (auto& each : inbox_.wait(poll_interval)) {
      (each.driver == filler ? first_ : second_).answer(each);
    }
  }

  answer_inbox inbox_;
  shard_driver first_;
  shard_driver second_;
  unsigned missing_;  // in the log
  pushing_rooms rooms_;
  unsigned unpushed_;  // besides the first push of each room
  time_point started_at_;
  time_point served_at_;
};

}  // namespace

void run_take_over(const store_options& options, figures& to) {
  std::string why;
  auto stores = open_stores_of(options, why);
  if (!why.empty()) return to.fail(why);
  two_owners owners(options, stores);
  why = owners.fill();
  if (why.empty()) why = owners.take_over();
  stores.connection.reset();  // it answers what is still under way
  if (!why.empty()) return to.fail(why);
  to.add("messages", options.messages);
  owners.report(to);
}

}  // namespace roost::bench
