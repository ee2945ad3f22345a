// SPDX-License-Identifier: Apache-2.0
// bench_log_store: the project's log store on NATS, without a node and without clients. Prints the
// figures as a JSON object.
#include "bench/load/figures.hpp"
#include "bench/store/store_options.hpp"
#include "bench/store/store_scenarios.hpp"

int main(int argc, char** argv) {
  using namespace roost::bench;
  const auto options = parse_store_options(argc, argv);
  if (!options) return 2;
  figures found;
  if (options->scenario == "pushes") {
    run_pushes(*options, found);
  } else {
    run_take_over(*options, found);
  }
  found.print();
  return found.has_failed() ? 1 : 0;
}
