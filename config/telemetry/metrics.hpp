// SPDX-License-Identifier: Apache-2.0
// All metrics of the process. metric_rows.hpp declares them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/base/ids.hpp"
#include "config/telemetry/metric_rows.hpp"

namespace roost {

/// The registry of counters, gauges and histograms. Owns: the Prometheus registry. Runs on: any
/// thread (each call is atomic). Ends: with the process. Each metric has a fixed list of label
/// values, so the number of time series is bounded.
class metrics {
 public:
  using counter = metric_rows::counter;
  using gauge = metric_rows::gauge;
  using histogram = metric_rows::histogram;

  /// An object that counts by itself and reports on demand, to avoid contention between threads in
  /// the registry. Owns: its own counts. Runs on: any thread that reads the metrics, one at a time.
  /// Ends: when both this registry and its creator have released it.
  class source {
   public:
    virtual ~source() = default;
    /// Adds the counts since the last call to `into`, or sets its gauges.
    virtual void collect(metrics& into) = 0;
  };

  metrics();
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  void add(counter which, double n = 1);
  /// A `label_value` that is not in the catalogue counts as "other".
  void add(counter which, std::string_view label_value, double n = 1);
  void add(gauge which, double n);
  void set(gauge which, double value);
  /// `loop`: the loop that measured. Each loop has its own counters, to avoid contention.
  void observe(histogram which, loop_id loop, std::chrono::nanoseconds took);
  /// Registers a source: every read of the metrics calls its collect(). It is never removed.
  void add_source(std::shared_ptr<source> added);
  /// The sum over all label values.
  double value(counter which) const;
  double value(gauge which) const;
  /// The value without calling the sources: a single atomic load.
  double value_without_sources(gauge which) const;
  /// The number of observations.
  double value(histogram which) const;
  /// All metrics in the Prometheus text format, version 0.0.4.
  std::string text() const;
  /// All metrics as a JSON object: {"roost_x_total": number | {label: number}}; a histogram has
  /// count, sum and the cumulative count of each bucket.
  std::string json() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace roost
