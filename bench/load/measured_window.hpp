// SPDX-License-Identifier: Apache-2.0
// The measured part of a run, after the warm-up: counts frames, and CPU time of server and client.
#pragma once

#include <cstdint>

#include "bench/load/figures.hpp"
#include "bench/load/load_client.hpp"
#include "bench/load/server_probe.hpp"

namespace roost::bench {

/// Owns: the counters at its start. Runs on: the client's thread. Ends: with close().
class measured_window {
 public:
  /// The window opens after `warmup` seconds and lasts `seconds`.
  explicit measured_window(const options& options);

  bool is_open() const { return is_open_; }
  std::int64_t starts_ns() const { return starts_ns_; }
  std::int64_t ends_ns() const { return ends_ns_; }

  /// Call once for each client::poll_once(). False: the time is over or a connection was lost.
  bool goes_on(client& from, std::int64_t now);
  /// Ends the measurement and adds the results that all scenarios with a window report.
  void close(client& from, figures& to);
  double seconds() const { return seconds_; }
  const frame_counters& counted() const { return counted_; }

 private:
  server_probe probe_;
  server_probe self_;
  std::int64_t starts_ns_;
  std::int64_t ends_ns_;
  std::int64_t opened_ns_ = 0;
  bool is_open_ = false;
  frame_counters counted_;  ///< before close(): counters at the start; after it: the difference
  double cpu_seconds_ = 0;
  double written_bytes_ = 0;
  double client_cpu_seconds_ = 0;
  double seconds_ = 0;
};

}  // namespace roost::bench
