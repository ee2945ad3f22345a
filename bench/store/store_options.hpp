// SPDX-License-Identifier: Apache-2.0
// Command-line options of bench_log_store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace roost::bench {

struct store_options {
  std::string scenario;  ///< pushes or take_over
  std::string nats;      ///< nats://host:port
  unsigned rooms = 1'000;
  std::uint32_t shards = 8;
  unsigned bytes = 100;         ///< of the payload of a push
  unsigned messages = 100'000;  ///< take_over: in the log
  double seconds = 5;           ///< pushes: duration of the measurement
  double warmup = 1;            ///< pushes: seconds before it
};

/// Parses the options. If one is invalid, prints an error to stderr and returns nothing.
std::optional<store_options> parse_store_options(int argc, char** argv);

}  // namespace roost::bench
