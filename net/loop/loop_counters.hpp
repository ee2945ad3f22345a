// SPDX-License-Identifier: Apache-2.0
// The counters of one loop, which the metrics read.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "config/telemetry/metrics.hpp"
#include "net/transport/message_class.hpp"

namespace roost::net {

/// Counters of one loop. All loops share the metrics, so adding to them for each message would make
/// the loops contend for cache lines. Loops add here, and the metrics read the sums when scraped.
/// Owns: the sums, shared with the metrics. Runs on: its loop, which is the only writer.
/// Ends: with the loop; the sums stay.
class loop_counters {
 public:
  loop_counters() : sums_(std::make_shared<sums>()) {}
  /// Registers the sums with the metrics, which must outlive this. A second call is ignored.
  void report_to(metrics& probe);
  /// Null before report_to().
  metrics* probe() const { return probe_; }

  /// For a counter without labels.
  void add(metrics::counter which, std::uint64_t n = 1) { raise(sums_->counters, which, n); }
  void move(metrics::gauge which, std::int64_t by) { raise(sums_->gauges, which, by); }
  void add(message_class which, std::uint64_t n = 1) { raise(sums_->messages, which, n); }

 private:
  /// It has a single writer, so an addition needs no atomic read-modify-write.
  template <class T>
  struct sum {
    std::atomic<T> now{0};
    T reported = 0;  ///< the value at the last scrape; used by the scraping thread only
    T take_unreported() {
      const T current = now.load(std::memory_order_relaxed);
      const T out = current - reported;
      reported = current;
      return out;
    }
  };
  struct sums final : metrics::source {
    void collect(metrics& into) override;
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
