// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/load_client.hpp"
#include "bench/load/measured_window.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {
namespace {

constexpr unsigned pushes_per_poll_max = 64;  // bounds the time between reads if sending is late

/// Schedules pushes evenly: push n of connection j is due at step n * connections + j. If a push
/// cannot be sent, it is retried at the connection's next step and keeps its original due time.
/// Owns: one push frame for each room. Runs on: the client's thread. Ends: with the scenario.
class schedule {
 public:
  schedule(const options& options, std::int64_t start)
      : connections_(options.connections),
        start_(start),
        step_ns_(static_cast<double>(second_ns) / options.rate / options.connections) {
    for (unsigned room = 0; room < options.rooms; ++room) {
      pushes_.emplace_back(options.protocol, push_kind::broadcast, room);
    }
  }

  void send_due(client& load) {
    const std::int64_t now = now_ns();
    for (unsigned i = 0; i < pushes_per_poll_max && due_ns(next_) <= now; ++i, ++next_) {
      const std::uint64_t number = next_ % connections_;
      push_due(load, load.connections()[number], number, next_ / connections_);
    }
  }

  std::uint64_t deferred() const { return deferred_; }

 private:
  std::int64_t due_ns(std::uint64_t step) const {
    return start_ + static_cast<std::int64_t>(static_cast<double>(step) * step_ns_);
  }

  void push_due(client& load, connection& c, std::uint64_t number, std::uint64_t cycle) {
    while (c.pushed <= cycle) {
      const auto due = static_cast<std::uint64_t>(due_ns(c.pushed * connections_ + number));
      if (!load.send(c, pushes_[c.room].stamped(c.pushed, due))) {
        ++deferred_;
        return;
      }
      ++c.pushed;
    }
  }

  std::uint64_t connections_;
  std::int64_t start_;
  double step_ns_;
  std::vector<push_frame> pushes_;
  std::uint64_t next_ = 0;
  std::uint64_t deferred_ = 0;
};

}  // namespace

void run_rooms(const options& options, figures& to) {
  client load(options, push_kind::broadcast);
  if (const std::string why = load.ramp(options.connections, options.rooms); !why.empty()) {
    return to.fail(why);
  }
  load.counts() = {};
  measured_window window(options);
  schedule pushes(options, now_ns());
  histogram latency;
  while (window.goes_on(load, now_ns())) {
    pushes.send_due(load);
    load.poll_once([&](connection&, const server_frame& f) {
      if (!window.is_open() || !f.is_delivery()) return;
      latency.record(now_ns() - static_cast<std::int64_t>(stamp_of(f.payload)));
    });
  }
  window.close(load, to);
  const double due = 1.0 * options.rate * options.connections * options.connections / options.rooms;
  to.add("due_per_s", due);
  if (window.seconds() > 0) {
    to.add("delivered_share",
           static_cast<double>(window.counted().deliveries) / window.seconds() / due);
  }
  to.add("p50_ms", static_cast<double>(latency.quantile(0.5)) / 1e6);
  to.add("p99_ms", static_cast<double>(latency.quantile(0.99)) / 1e6);
  to.add("deferred", static_cast<double>(pushes.deferred()));
}

}  // namespace roost::bench
