// SPDX-License-Identifier: Apache-2.0
#include "net/loop/loop_counters.hpp"

namespace roost::net {

void loop_counters::report_to(metrics& probe) {
  if (probe_) return;
  probe_ = &probe;
  probe.add_source(sums_);
}

void loop_counters::sums::collect(metrics& into) {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto n = counters[i].take_unreported();
    if (n != 0) into.add(static_cast<metrics::counter>(i), static_cast<double>(n));
  }
  for (std::size_t i = 0; i < gauges.size(); ++i) {
    const auto by = gauges[i].take_unreported();
    if (by != 0) into.add(static_cast<metrics::gauge>(i), static_cast<double>(by));
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto n = messages[i].take_unreported();
    if (n != 0) into.add(metrics::counter::messages, message_labels[i], static_cast<double>(n));
  }
}

}  // namespace roost::net
