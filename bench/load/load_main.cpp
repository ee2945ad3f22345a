// SPDX-License-Identifier: Apache-2.0
// bench_load: runs one scenario against one server. Prints the line "measuring" when the
// measurement begins, and the results as a JSON object in the last line.
#include <cstdio>
#include <string>

#include "bench/load/figures.hpp"
#include "bench/load/options.hpp"
#include "bench/load/scenarios.hpp"

int main(int argc, char** argv) {
  using namespace roost::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  figures found;
  if (options->scenario == "broadcast") {
    run_broadcast(*options, found);
  } else if (options->scenario == "idle") {
    run_idle(*options, found);
  } else if (options->scenario == "connect") {
    run_connect(*options, found);
  } else if (options->scenario == "echo") {
    run_echo(*options, found);
  } else if (options->scenario == "rooms") {
    run_rooms(*options, found);
  } else {
    std::fprintf(stderr, "bench_load: unknown scenario %s\n", options->scenario.c_str());
    return 2;
  }
  found.print();
  return found.has_failed() ? 1 : 0;
}
