// SPDX-License-Identifier: Apache-2.0
// bench_load: runs one scenario against one server. Prints the line "measuring" when the
// measurement begins, and the results as a JSON object in the last line.
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "bench/load/figures.hpp"
#include "bench/load/options.hpp"
#include "bench/load/scenarios.hpp"

namespace {

using namespace roost::bench;
using scenario = void (*)(const options&, figures&);

scenario scenario_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, scenario>, 8> all{{
      {"broadcast", run_broadcast},
      {"idle", run_idle},
      {"connect", run_connect},
      {"echo", run_echo},
      {"rooms", run_rooms},
      {"cross", run_cross},
      {"visit", run_visit},
      {"kill", run_kill},
  }};
  for (const auto& [known, run] : all) {
    if (known == name) return run;
  }
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  figures found;
  const auto run = scenario_of(options->scenario);
  if (run == nullptr) {
    std::fprintf(stderr, "bench_load: unknown scenario %s\n", options->scenario.c_str());
    return 2;
  }
  run(*options, found);
  found.print();
  return found.has_failed() ? 1 : 0;
}
