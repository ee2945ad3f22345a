// SPDX-License-Identifier: Apache-2.0
// The sim program: runs seeds until an invariant breaks, replays one, or finds an injected fault.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/sim/simulation.hpp"
#include "tests/sim/transcript.hpp"

namespace {

using namespace roost;

struct options {
  std::uint64_t from = 1;
  std::uint64_t seeds = 100;
  bool is_verbose = false;
  bool continues = false;
  bool loses = false;
  bool is_durable = false;
  bool is_cluster = false;
  actors::fault_injection faults;
  cluster::view_faults view_faults;
  std::string fault_names;  // empty: none
};

constexpr const char* usage =
    "usage: sim [--seeds COUNT] [--from SEED] [--go-on]   run COUNT seeds; stop at the first\n"
    "                                                     violation, unless --go-on is given\n"
    "       sim --seed SEED [--verbose]                   replay one seed, with a transcript\n"
    "       sim --fault NAME [--seeds COUNT]              fail unless the injected fault is "
    "found;\n"
    "                                                     several faults are injected together\n"
    "--lossy: in some seeds the bus between edges and owners also loses messages\n"
    "--durable: one node with a store, which dies and starts again\n"
    "--cluster: one to five nodes with links and a store, whose shards move\n"
    "fault names: actors/runtime/fault_injection.hpp, cluster/log/log_faults.hpp,\n"
    "             cluster/view/view_faults.hpp\n";

/// A fault may concern rooms as well as the links. False: unknown name.
bool inject(const std::string& name, options& into) {
  const bool is_of_actors = actors::inject_fault(name, into.faults);
  const bool is_of_views = cluster::inject_fault(name, into.view_faults);
  into.fault_names += (into.fault_names.empty() ? "" : " with ") + name;
  return is_of_actors || is_of_views;
}

bool parse_options(int count, char** arguments, options& out) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--verbose") {
      out.is_verbose = true;
      continue;
    }
    if (name == "--lossy") {
      out.loses = true;
      continue;
    }
    if (name == "--durable") {
      out.is_durable = true;
      continue;
    }
    if (name == "--cluster") {
      out.is_cluster = true;
      continue;
    }
    if (name == "--go-on") {
      out.continues = true;
      continue;
    }
    if (++i == count) return false;
    if (name == "--fault") {
      if (!inject(arguments[i], out)) return false;
      continue;
    }
    char* end = nullptr;
    const auto number = std::strtoull(arguments[i], &end, 10);
    if (*end != '\0') return false;
    if (name == "--seeds") {
      out.seeds = number;
    } else if (name == "--from") {
      out.from = number;
    } else if (name == "--seed") {
      out.from = number;
      out.seeds = 1;
    } else {
      return false;
    }
  }
  return true;
}

void print_broken(std::uint64_t seed, const promises::violation& violation) {
  std::printf("seed %llu breaks \"%s\"\n  %s\n", static_cast<unsigned long long>(seed),
              std::string(promises::row_of(violation.broken).sentence).c_str(),
              violation.text.c_str());
}

sim::simulation_result run_one(std::uint64_t seed, const options& requested) {
  const auto& faults = requested.faults;
  if (requested.is_cluster) return sim::simulate_cluster(seed, faults, requested.view_faults);
  if (requested.is_durable) return sim::simulate_durable(seed, faults);
  return sim::simulate(seed, faults, requested.loses);
}

int run_all(const options& requested) {
  sim::simulation_result all;
  std::uint64_t broken = 0;
  for (auto seed = requested.from; seed < requested.from + requested.seeds; ++seed) {
    const auto one = run_one(seed, requested);
    all.moves += one.moves;
    all.frames += one.frames;
    all.events += one.events;
    all.recovered += one.recovered;
    all.overflows += one.overflows;
    all.lost += one.lost;
    all.duplicated += one.duplicated;
    all.breaks += one.breaks;
    all.owner_changes += one.owner_changes;
    all.kills += one.kills;
    all.power_cuts += one.power_cuts;
    all.lasted += one.lasted;
    sim::add(one.faults, all.faults);
    if (!one.broken) continue;
    print_broken(seed, *one.broken);
    std::printf("replay it: sim --seed %llu --verbose%s\n", static_cast<unsigned long long>(seed),
                requested.is_cluster   ? " --cluster"
                : requested.is_durable ? " --durable"
                : requested.loses      ? " --lossy"
                                       : "");
    if (!requested.continues) return 1;
    ++broken;
  }
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu of %llu seeds without a violation: %llu moves, %llu frames, %llu events, %llu "
      "recovered, %llu slow "
      "consumers, "
      "%llu lost, %llu duplicated on the bus, %llu broken links, %llu owner changes, %llu kills, "
      "%llu power cuts, %llu s of virtual time\n",
      number(requested.seeds - broken), number(requested.seeds), number(all.moves),
      number(all.frames), number(all.events), number(all.recovered), number(all.overflows),
      number(all.lost), number(all.duplicated), number(all.breaks), number(all.owner_changes),
      number(all.kills), number(all.power_cuts),
      number(static_cast<std::uint64_t>(all.lasted.count()) / 1000));
  for (const auto& [name, count] : all.faults) {
    if (count > 0) std::printf("  %llu %s\n", number(count), name.c_str());
  }
  return broken == 0 ? 0 : 1;
}

int find_injected_fault(const options& requested) {
  const auto* names = requested.fault_names.c_str();
  for (auto seed = requested.from; seed < requested.from + requested.seeds; ++seed) {
    const auto one = run_one(seed, requested);
    if (!one.broken) continue;
    std::printf("%s is found: ", names);
    print_broken(seed, *one.broken);
    return 0;
  }
  std::printf("%s is not found in %llu seeds\n", names,
              static_cast<unsigned long long>(requested.seeds));
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  options requested;
  if (!parse_options(count, arguments, requested)) {
    std::fputs(usage, stderr);
    return 2;
  }
  sim::be_quiet();
  if (requested.is_verbose) sim::transcript::show(true);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return requested.fault_names.empty() ? run_all(requested) : find_injected_fault(requested);
}
