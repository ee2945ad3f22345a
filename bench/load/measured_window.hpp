// The part of a run that counts: after the warm-up, and with what it cost the server.
#pragma once

#include <cstdint>

#include "bench/load/client.hpp"
#include "bench/load/figures.hpp"
#include "bench/load/server_probe.hpp"

namespace roost::bench {

/// Owns the counts at its start. Runs on the client's thread. Ends with `close`.
class measured_window {
 public:
  /// Opens `warmup` from now and lasts `seconds`.
  explicit measured_window(const options& how);

  bool is_open() const { return is_open_; }
  std::int64_t starts_ns() const { return starts_ns_; }
  std::int64_t ends_ns() const { return ends_ns_; }

  /// To be called each turn; false once the time is over.
  bool goes_on(client& from, std::int64_t now);
  /// Adds what every scenario reports.
  void close(client& from, figures& to);
  double seconds() const { return seconds_; }
  const tally& counted() const { return counted_; }

 private:
  server_probe probe_;
  server_probe self_;
  std::int64_t starts_ns_;
  std::int64_t ends_ns_;
  std::int64_t opened_ns_ = 0;
  bool is_open_ = false;
  tally counted_;  ///< at the start; after `close` the difference
  double cpu_seconds_ = 0;
  double client_cpu_seconds_ = 0;
  double seconds_ = 0;
};

}  // namespace roost::bench
