#include "net/transport/tally.hpp"

namespace roost::net {

void tally::report_to(metrics& probe) {
  if (probe_) return;
  probe_ = &probe;
  probe.ask(sums_);
}

void tally::sums::tell(metrics& to) {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto n = counters[i].untold();
    if (n != 0) to.add(static_cast<metrics::counter>(i), static_cast<double>(n));
  }
  for (std::size_t i = 0; i < gauges.size(); ++i) {
    const auto by = gauges[i].untold();
    if (by != 0) to.add(static_cast<metrics::gauge>(i), static_cast<double>(by));
  }
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto n = messages[i].untold();
    if (n != 0) to.add(metrics::counter::messages, message_labels[i], static_cast<double>(n));
  }
}

}  // namespace roost::net
