// What a loop has counted and not told yet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "config/base/metrics.hpp"
#include "net/transport/message_class.hpp"

namespace roost::net {

/// Metrics are shared by all loops, and each addition is a contest for a line of memory: what is
/// counted for every message is added up here, and told now and then. Owns: the sums. Runs on: its
/// loop. Ends: with the loop; what was not told is lost.
class tally {
 public:
  /// Whom to tell. It outlives this.
  void report_to(metrics& probe) { probe_ = &probe; }
  /// Null while nobody has said whom to tell.
  metrics* probe() const { return probe_; }

  /// Of a metric without labels.
  void add(metrics::counter which, std::uint64_t n = 1) {
    counters_[static_cast<std::size_t>(which)] += n;
  }
  void move(metrics::gauge which, std::int64_t by) {
    gauges_[static_cast<std::size_t>(which)] += by;
  }
  void add(message_class which, std::uint64_t n = 1) {
    messages_[static_cast<std::size_t>(which)] += n;
  }
  void tell();

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(metrics::counter::count_)> counters_{};
  std::array<std::int64_t, static_cast<std::size_t>(metrics::gauge::count_)> gauges_{};
  std::array<std::uint64_t, message_labels.size()> messages_{};
  metrics* probe_ = nullptr;
};

}  // namespace roost::net
