// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/load_clock.hpp"
#include "bench/store/pushing_rooms.hpp"
#include "bench/store/store_scenarios.hpp"

namespace roost::bench {
namespace {

constexpr std::int64_t start_ns_max = 60 * second_ns;
constexpr milliseconds poll_interval{100};

/// Owns: the drivers and their rooms. Runs on: one thread. Ends: after the last answer.
class pushing_shards {
 public:
  pushing_shards(const store_options& options, const open_stores& stores) {
    cluster::shard_log_limits limits;
    limits.log_bytes_max = 512U << 20U;
    for (std::uint32_t i = 0; i < options.shards; ++i) {
      drivers_.push_back(std::make_unique<shard_driver>(i, cluster::shard_id{i}, node_id{1}, stores,
                                                        limits, inbox_));
      const unsigned first = options.rooms * i / options.shards;
      const unsigned end = options.rooms * (i + 1) / options.shards;
      rooms_.push_back(std::make_unique<pushing_rooms>(
          *drivers_.back(), first, end - first, options.bytes,
          [this](std::int64_t took_ns) { return stored(took_ns); }));
      drivers_.back()->take_over();
    }
  }

  /// Opens the window when all rooms push. Returns why it failed; empty: it did not.
  std::string measure(double warmup, double seconds) {
    const auto give_up_ns = now_ns() + start_ns_max;
    for (std::string why; true;) {
      why = step();
      const auto now = now_ns();
      if (!why.empty()) return why;
      if (ends_ns_ == 0 && are_loaded()) {
        starts_ns_ = now + static_cast<std::int64_t>(warmup * second_ns);
        ends_ns_ = starts_ns_ + static_cast<std::int64_t>(seconds * second_ns);
      }
      if (ends_ns_ == 0 && now > give_up_ns) return "the shards were not taken in a minute";
      if (ends_ns_ != 0 && now >= ends_ns_ && latency_.count() > 0) return {};
      if (ends_ns_ != 0 && now >= ends_ns_ + start_ns_max) return "nothing was stored";
    }
  }

  /// Waits for the last answers.
  void finish() {
    for (int idle = 0; idle < 3;) idle = step().empty() && is_active_ ? 0 : idle + 1;
  }

  const histogram& latency() const { return latency_; }
  double seconds() const { return static_cast<double>(ends_ns_ - starts_ns_) / second_ns; }
  std::uint64_t appends() const {
    std::uint64_t out = 0;
    for (const auto& each : drivers_) out += each->log().counters().appends;
    return out;
  }

 private:
  bool stored(std::int64_t took_ns) {
    const auto now = now_ns();
    if (ends_ns_ == 0) return true;
    const bool is_late = now >= ends_ns_;
    if (now >= starts_ns_ && (!is_late || latency_.count() == 0)) {
      latency_.record(took_ns);
      if (is_late) ends_ns_ = now;  // a slow disk: at least one is measured
    }
    return !is_late;
  }

  bool are_loaded() const {
    for (const auto& each : rooms_) {
      if (!each->are_loaded()) return false;
    }
    return true;
  }

  std::string step() {
    auto answers = inbox_.wait(poll_interval);
    is_active_ = !answers.empty();
    for (auto& each : answers) drivers_[each.driver]->answer(each);
    for (const auto& each : rooms_) {
      if (auto why = each->run_effects(); !why.empty()) return why;
    }
    return {};
  }

  answer_inbox inbox_;
  std::vector<std::unique_ptr<shard_driver>> drivers_;
  std::vector<std::unique_ptr<pushing_rooms>> rooms_;
  histogram latency_;
  std::int64_t starts_ns_ = 0;
  std::int64_t ends_ns_ = 0;  // 0: not all rooms push yet
  bool is_active_ = false;
};

}  // namespace

void run_pushes(const store_options& options, figures& to) {
  std::string why;
  auto stores = open_stores_of(options, why);
  if (!why.empty()) return to.fail(why);
  pushing_shards shards(options, stores);
  why = shards.measure(options.warmup, options.seconds);
  shards.finish();
  stores.connection.reset();  // it answers what is still under way
  if (!why.empty()) return to.fail(why);
  const auto& latency = shards.latency();
  to.add("pushes_per_s", static_cast<double>(latency.count()) / shards.seconds());
  to.add("p50_us", static_cast<double>(latency.quantile(0.5)) / 1e3);
  to.add("p99_us", static_cast<double>(latency.quantile(0.99)) / 1e3);
  to.add("appends", static_cast<double>(shards.appends()));
}

}  // namespace roost::bench
