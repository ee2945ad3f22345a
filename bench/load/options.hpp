// What the command line of the load client says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/load/dialect.hpp"

namespace roost::bench {

struct options {
  dialect how = dialect::phoenix;
  std::string scenario;
  std::uint16_t port = 0;
  unsigned connections = 1;
  unsigned rooms = 1;
  unsigned window = 1;        ///< messages outstanding, in broadcast
  unsigned opening_max = 64;  ///< connections on their way to being joined at a time
  unsigned rate = 10;         ///< pushes a second and member, in rooms
  unsigned rounds = 3;        ///< ramps, in connect
  double seconds = 5;         ///< measured
  double warmup = 1;          ///< before, not measured
  double settle = 2;          ///< before memory is read
  int server_pid = 0;         ///< whose CPU and memory is read; 0: nobody's
  bool polls_busy = true;     ///< never sleeps in the poll; needs a core of its own
};

/// Nothing when the command line is wrong; what is wrong is on stderr.
std::optional<options> parse_options(int argc, char** argv);

}  // namespace roost::bench
