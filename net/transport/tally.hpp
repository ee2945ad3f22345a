// What a loop counts for each message.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "config/base/metrics.hpp"
#include "net/transport/message_class.hpp"

namespace roost::net {

/// Metrics are shared by all loops, and each addition is a contest for a line of memory: what is
/// counted for every message is added up here, and read when somebody asks for the metrics.
/// Owns: the sums, together with the metrics that read them. Runs on: its loop; it alone writes.
/// Ends: with the loop; the sums stay.
class tally {
 public:
  tally() : sums_(std::make_shared<sums>()) {}
  /// Who reads it; a second call is ignored. It outlives this.
  void report_to(metrics& probe);
  /// Null while nobody has said who reads it.
  metrics* probe() const { return probe_; }

  /// Of a metric without labels.
  void add(metrics::counter which, std::uint64_t n = 1) { raise(sums_->counters, which, n); }
  void move(metrics::gauge which, std::int64_t by) { raise(sums_->gauges, which, by); }
  void add(message_class which, std::uint64_t n = 1) { raise(sums_->messages, which, n); }

 private:
  /// One thread writes it, so that an addition needs no locked instruction.
  template <class T>
  struct sum {
    std::atomic<T> now{0};
    T told = 0;  ///< of the thread that asks
    T untold() {
      const T seen = now.load(std::memory_order_relaxed);
      const T out = seen - told;
      told = seen;
      return out;
    }
  };
  struct sums final : metrics::source {
    void tell(metrics& to) override;
    std::array<sum<std::uint64_t>, static_cast<std::size_t>(metrics::counter::count_)> counters;
    std::array<sum<std::int64_t>, static_cast<std::size_t>(metrics::gauge::count_)> gauges;
    std::array<sum<std::uint64_t>, message_labels.size()> messages;
  };

  template <class List, class Index, class N>
  static void raise(List& list, Index which, N by) {
    auto& now = list[static_cast<std::size_t>(which)].now;
    now.store(now.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }

  std::shared_ptr<sums> sums_;
  metrics* probe_ = nullptr;
};

}  // namespace roost::net
