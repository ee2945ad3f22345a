// SPDX-License-Identifier: Apache-2.0
// Runs seeds of the simulated membership until a promise breaks, or until a planted fault is found.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/cluster/view/sim/view_world.hpp"

namespace {

using roost::cluster::view_faults;
using roost::cluster::sim::view_world;
using roost::cluster::sim::world_counts;

struct options {
  std::uint64_t from = 1;
  std::uint64_t seeds = 100;
  bool is_verbose = false;
  bool is_planted = false;
  view_faults faults;
};

bool parse(int count, char** arguments, options& out) {
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--verbose") {
      out.is_verbose = true;
      continue;
    }
    if (++i == count) return false;
    if (name == "--fault") {
      out.is_planted = true;
      if (!roost::cluster::inject_fault(arguments[i], out.faults)) return false;
      continue;
    }
    const auto number = std::strtoull(arguments[i], nullptr, 10);
    if (name == "--from" || name == "--seed") out.from = number;
    if (name == "--seeds" || name == "--seed") out.seeds = name == "--seed" ? 1 : number;
    if (name != "--from" && name != "--seeds" && name != "--seed") return false;
  }
  return true;
}

void print(const world_counts& counts) {
  const auto number = [](std::uint64_t of) { return static_cast<unsigned long long>(of); };
  std::printf(
      "markers %llu, crashes %llu, leaves %llu, pauses %llu, cuts %llu, store cuts %llu, "
      "outages %llu, drops %llu, refused names %llu, link breaks %llu\n",
      number(counts.markers), number(counts.crashes), number(counts.leaves), number(counts.pauses),
      number(counts.cuts), number(counts.store_cuts), number(counts.outages), number(counts.drops),
      number(counts.refused_names), number(counts.link_breaks));
}

}  // namespace

int main(int count, char** arguments) {
  options requested;
  if (!parse(count, arguments, requested)) {
    std::fprintf(stderr,
                 "usage: view_sim [--seeds COUNT] [--from SEED] [--seed SEED] [--verbose]\n"
                 "                [--fault NAME]   fail unless the planted fault is found\n");
    return 2;
  }
  world_counts all;
  for (auto seed = requested.from; seed < requested.from + requested.seeds; ++seed) {
    view_world world(seed, requested.faults, requested.is_verbose);
    const auto broken = world.run();
    all += world.counts();
    if (broken.empty()) continue;
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), broken.c_str());
    return requested.is_planted ? 0 : 1;
  }
  print(all);
  if (requested.is_planted) std::printf("the planted fault was not found\n");
  return requested.is_planted ? 1 : 0;
}
