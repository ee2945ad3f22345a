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
  const auto how = parse_options(argc, argv);
  if (!how) return 2;
  figures found;
  if (how->scenario == "broadcast") {
    run_broadcast(*how, found);
  } else if (how->scenario == "idle") {
    run_idle(*how, found);
  } else if (how->scenario == "connect") {
    run_connect(*how, found);
  } else if (how->scenario == "echo") {
    run_echo(*how, found);
  } else if (how->scenario == "rooms") {
    run_rooms(*how, found);
  } else {
    std::fprintf(stderr, "bench_load: unknown scenario %s\n", how->scenario.c_str());
    return 2;
  }
  found.print();
  return found.has_failed() ? 1 : 0;
}
