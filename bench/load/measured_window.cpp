// SPDX-License-Identifier: Apache-2.0
#include "bench/load/measured_window.hpp"

#include <unistd.h>

#include <cstdio>

namespace roost::bench {
namespace {

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace

measured_window::measured_window(const options& options)
    : probe_(options.server_pid),
      self_(getpid()),
      starts_ns_(now_ns() + static_cast<std::int64_t>(options.warmup * second_ns)),
      ends_ns_(starts_ns_ + static_cast<std::int64_t>(options.seconds * second_ns)) {}

bool measured_window::goes_on(client& from, std::int64_t now) {
  if (!is_open_ && now >= starts_ns_) {
    is_open_ = true;
    counted_ = from.counts();
    cpu_seconds_ = probe_.is_present() ? probe_.cpu_seconds() : 0;
    written_bytes_ = probe_.is_present() ? probe_.written_bytes() : 0;
    client_cpu_seconds_ = self_.cpu_seconds();
    std::puts("measuring");  // tells the bench scripts to start their own measurement
    std::fflush(stdout);
    opened_ns_ = now_ns();
  }
  return now < ends_ns_ && from.lost() == 0;
}

void measured_window::close(client& from, figures& to) {
  if (from.lost() > 0) to.fail("the server closed a connection");
  if (!is_open_) return to.fail("ended before the measured part began");
  seconds_ = static_cast<double>(now_ns() - opened_ns_) / second_ns;
  const double cpu = (probe_.is_present() ? probe_.cpu_seconds() : 0) - cpu_seconds_;
  const double written = (probe_.is_present() ? probe_.written_bytes() : 0) - written_bytes_;
  const frame_counters at_start = counted_;
  const frame_counters& now = from.counts();
  counted_.deliveries = now.deliveries - at_start.deliveries;
  counted_.delivery_bytes = now.delivery_bytes - at_start.delivery_bytes;
  counted_.replies = now.replies - at_start.replies;
  counted_.reply_bytes = now.reply_bytes - at_start.reply_bytes;
  counted_.refused = now.refused - at_start.refused;
  counted_.idle_ns = now.idle_ns - at_start.idle_ns;

  const auto deliveries = static_cast<double>(counted_.deliveries);
  const auto replies = static_cast<double>(counted_.replies);
  to.add("seconds", seconds_);
  to.add("deliveries_per_s", deliveries / seconds_);
  to.add("replies_per_s", replies / seconds_);
  to.add("bytes_per_delivery", ratio(static_cast<double>(counted_.delivery_bytes), deliveries));
  to.add("bytes_per_reply", ratio(static_cast<double>(counted_.reply_bytes), replies));
  to.add("refused", static_cast<double>(counted_.refused));
  to.add("server_cpu_seconds", cpu);
  to.add("client_cpu_seconds", self_.cpu_seconds() - client_cpu_seconds_);
  to.add("cpu_us_per_delivery", ratio(cpu * 1e6, deliveries));
  to.add("cpu_us_per_reply", ratio(cpu * 1e6, replies));
  to.add("written_bytes_per_reply", ratio(written, replies));
  to.add("client_idle_share", static_cast<double>(counted_.idle_ns) / second_ns / seconds_);
  if (counted_.refused > 0) to.fail("pushes were refused");
}

}  // namespace roost::bench
