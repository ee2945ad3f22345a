// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "bench/load/histogram.hpp"
#include "bench/load/load_client.hpp"
#include "bench/load/measured_window.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {

void run_cross(const options& options, figures& to) {
  if (options.other_port == 0) return to.fail("cross needs --other-port");
  client load(options, push_kind::broadcast);
  std::string why = load.ramp(1, 1);
  if (why.empty()) why = load.ramp(1, 1, options.other_port);
  if (!why.empty()) return to.fail(why);
  auto& sender = load.connections().front();
  const auto& receiver = load.connections().back();
  load.counts() = {};
  push_frame push(options.protocol, push_kind::broadcast, 0);
  measured_window window(options);
  histogram latency;
  bool is_answered = true;
  bool is_delivered = true;
  while (window.goes_on(load, now_ns())) {
    if (is_answered && is_delivered) {
      is_answered = is_delivered = false;
      sender.pushed_at_ns = now_ns();
      if (!load.send(sender, push.stamped(sender.pushed++, 0))) {
        return to.fail("the sender cannot send");
      }
    }
    load.poll_once([&](connection& c, const server_frame& f) {
      if (!f.is_delivery()) {
        is_answered |= &c == &sender;
      } else if (&c == &receiver) {
        is_delivered = true;
        if (window.is_open()) latency.record(now_ns() - sender.pushed_at_ns);
      }
    });
  }
  window.close(load, to);
  if (latency.count() == 0) to.fail("nothing was delivered");
  to.add("p50_us", static_cast<double>(latency.quantile(0.5)) / 1e3);
  to.add("p99_us", static_cast<double>(latency.quantile(0.99)) / 1e3);
}

}  // namespace roost::bench
