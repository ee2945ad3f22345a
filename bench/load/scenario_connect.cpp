// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "bench/load/load_client.hpp"
#include "bench/load/scenarios.hpp"
#include "bench/load/server_probe.hpp"

namespace roost::bench {
namespace {

void wait_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Waits until the server has closed the connections, so that this work does not slow the next
/// ramp.
void wait_until_closed(const server_probe& server, std::size_t files_before) {
  for (int i = 0; i < 100 && server.is_present(); ++i) {
    if (server.open_files() <= files_before + 8) break;
    wait_for(0.1);
  }
  wait_for(0.5);
}

}  // namespace

void run_idle(const options& options, figures& to) {
  const server_probe server(options.server_pid);
  if (!server.is_present()) return to.fail("idle needs --server-pid");
  client load(options, push_kind::broadcast);
  wait_for(options.settle);
  const auto before = static_cast<double>(server.rss_bytes());
  if (const std::string why = load.ramp(options.connections, options.rooms); !why.empty()) {
    return to.fail(why);
  }
  wait_for(options.settle);
  const double cpu = server.cpu_seconds();
  wait_for(1);
  const auto after = static_cast<double>(server.rss_bytes());
  to.add("connections", options.connections);
  to.add("rss_before", before);
  to.add("rss_after", after);
  to.add("rss_per_connection", (after - before) / options.connections);
  to.add("idle_cpu_share", server.cpu_seconds() - cpu);
}

void run_connect(const options& options, figures& to) {
  const server_probe server(options.server_pid);
  const std::size_t files = server.is_present() ? server.open_files() : 0;
  client load(options, push_kind::broadcast);
  std::vector<double> rates;
  double cpu = 0;
  for (unsigned round = 0; round < options.rounds; ++round) {
    const double cpu_before = server.is_present() ? server.cpu_seconds() : 0;
    const std::int64_t start = now_ns();
    const std::string why = load.ramp(options.connections, options.rooms);
    if (!why.empty()) return to.fail(why);
    const double seconds = static_cast<double>(now_ns() - start) / second_ns;
    rates.push_back(options.connections / seconds);
    if (server.is_present()) cpu += server.cpu_seconds() - cpu_before;
    load.close_all();
    wait_until_closed(server, files);
  }
  std::ranges::sort(rates);
  to.add("joined_per_s", rates[rates.size() / 2]);
  to.add("joined_per_s_min", rates.front());
  to.add("joined_per_s_max", rates.back());
  to.add("cpu_us_per_join", cpu * 1e6 / (1.0 * options.rounds * options.connections));
}

}  // namespace roost::bench
