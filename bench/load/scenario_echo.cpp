// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/load_client.hpp"
#include "bench/load/measured_window.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {

void run_echo(const options& options, figures& to) {
  client load(options, push_kind::echo);
  if (const std::string why = load.ramp(options.connections, options.connections); !why.empty()) {
    return to.fail(why);
  }
  load.counts() = {};
  std::vector<push_frame> pushes;
  for (unsigned room = 0; room < options.connections; ++room) {
    pushes.emplace_back(options.protocol, push_kind::echo, room);
  }
  measured_window window(options);
  histogram latency;
  bool is_stuck = false;
  const auto push = [&](connection& c) {
    c.pushed_at_ns = now_ns();
    is_stuck |= !load.send(c, pushes[c.room].stamped(c.pushed++, 0));
  };
  for (auto& c : load.connections()) push(c);
  while (window.goes_on(load, now_ns()) && !is_stuck) {
    load.poll_once([&](connection& c, const server_frame& f) {
      if (f.is_delivery()) return;
      if (window.is_open()) latency.record(now_ns() - c.pushed_at_ns);
      push(c);
    });
  }
  window.close(load, to);
  if (is_stuck) to.fail("a connection could not send");
  if (window.counted().deliveries > 0) to.fail("an echo room sent a broadcast to its sender");
  to.add("p50_us", static_cast<double>(latency.quantile(0.5)) / 1e3);
  to.add("p99_us", static_cast<double>(latency.quantile(0.99)) / 1e3);
  to.add("max_us", static_cast<double>(latency.max()) / 1e3);
}

}  // namespace roost::bench
