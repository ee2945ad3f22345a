#include "net/transport/tally.hpp"

#include <utility>

namespace roost::net {

void tally::tell() {
  if (!probe_) return;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    const auto n = std::exchange(counters_[i], 0);
    if (n != 0) probe_->add(static_cast<metrics::counter>(i), static_cast<double>(n));
  }
  for (std::size_t i = 0; i < gauges_.size(); ++i) {
    const auto by = std::exchange(gauges_[i], 0);
    if (by != 0) probe_->add(static_cast<metrics::gauge>(i), static_cast<double>(by));
  }
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const auto n = std::exchange(messages_[i], 0);
    if (n != 0) probe_->add(metrics::counter::messages, message_labels[i], static_cast<double>(n));
  }
}

}  // namespace roost::net
