// SPDX-License-Identifier: Apache-2.0
// Reports what a shard does to the metrics.
#pragma once

#include <cstdint>

#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"
#include "config/telemetry/metrics.hpp"

namespace roost::actors {

/// The measurements of one shard, which counts as unavailable until set_available().
/// Owns: what it has reported. Runs on: the shard's loop. Ends: close().
class shard_probe {
 public:
  shard_probe(metrics& into, loop_id home);
  void append_sent(std::uint64_t request, time_point now);
  /// Any answer to a request; those to appends are counted.
  void answered(std::uint64_t request, const cluster::log_answer& answer, time_point now);
  void loaded(bool is_readable);
  /// The shard is served from now on, perhaps by a newer ownership.
  void taken();
  void lost(cluster::stop_reason why);
  /// Whether rooms take pushes. /ready answers 503 while any shard is unavailable.
  void set_available(bool is_available);
  /// Reports the difference to the last call.
  void count(const cluster::shard_log_counters& now);
  void close();

 private:
  void set_owned(bool is_owned);

  metrics& into_;
  loop_id home_;
  bool is_available_ = false;
  bool is_owned_ = false;
  std::uint64_t append_ = 0;  // the request that is under way
  time_point append_sent_;
  cluster::shard_log_counters counted_;
};

/// The label of the metric, and the reason in the log.
std::string_view name_of(cluster::stop_reason why);

}  // namespace roost::actors
