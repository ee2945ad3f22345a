// SPDX-License-Identifier: Apache-2.0
// Command-line options of the load client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/load/dialect.hpp"

namespace roost::bench {

struct options {
  dialect protocol = dialect::phoenix;
  std::string scenario;
  std::uint16_t port = 0;
  std::uint16_t other_port = 0;  ///< cross: of the node of the receiver
  unsigned connections = 1;
  unsigned rooms = 1;
  unsigned window = 1;        ///< broadcast: messages in flight
  unsigned opening_max = 64;  ///< concurrent connection attempts and joins
  unsigned rate = 10;         ///< rooms: pushes per second and member
  unsigned rounds = 3;        ///< connect: how often all connections are opened; kill: pushes
  unsigned steady = 90;       ///< kill: rooms that are pushed into all the time
  unsigned gone_ms = 1'000;   ///< kill: from the kill until other nodes notice it
  double seconds = 5;         ///< duration of the measurement
  double warmup = 1;          ///< seconds before the measurement
  double settle = 2;          ///< idle: seconds to wait before memory is read
  int server_pid = 0;         ///< process whose CPU and memory are measured; 0: none
  int kill_pid = 0;           ///< kill: the node to end
  bool polls_busy = true;     ///< busy polling; needs a core of its own
  int block_ms = 100;         ///< otherwise: how long a poll waits
};

/// Parses the options. If one is invalid, prints an error to stderr and returns nothing.
std::optional<options> parse_options(int argc, char** argv);

}  // namespace roost::bench
