// SPDX-License-Identifier: Apache-2.0
// The sim program: runs seeds until an invariant breaks, replays a seed, or finds a planted fault.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/sim/simulation.hpp"
#include "tests/sim/transcript.hpp"

namespace {

using namespace roost;

struct wishes {
  std::uint64_t from = 1;
  std::uint64_t seeds = 100;
  bool is_verbose = false;
  bool goes_on = false;
  bool loses = false;
  std::string planted;
};

constexpr const char* usage =
    "usage: sim [--seeds COUNT] [--from SEED] [--go-on]   run so many seeds, to the first that\n"
    "                                           breaks an invariant, or on to the last\n"
    "       sim --seed SEED [--verbose]         run one again, with all that is said\n"
    "       sim --planted FAULT [--seeds COUNT] fail unless the fault is found\n"
    "--lossy: in some seeds the bus between edges and owners also loses messages\n"
    "faults: those of actors/runtime/fault_injection.hpp\n";

bool read_wishes(int count, char** words, wishes& out) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--verbose") {
      out.is_verbose = true;
      continue;
    }
    if (word == "--lossy") {
      out.loses = true;
      continue;
    }
    if (word == "--go-on") {
      out.goes_on = true;
      continue;
    }
    if (++i == count) return false;
    if (word == "--planted") {
      out.planted = words[i];
      actors::fault_injection known;
      if (!actors::inject_fault(out.planted, known)) return false;
      continue;
    }
    char* end = nullptr;
    const auto number = std::strtoull(words[i], &end, 10);
    if (*end != '\0') return false;
    if (word == "--seeds") {
      out.seeds = number;
    } else if (word == "--from") {
      out.from = number;
    } else if (word == "--seed") {
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

int run_all(const wishes& wish) {
  sim::simulation_result all;
  std::uint64_t broken = 0;
  for (auto seed = wish.from; seed < wish.from + wish.seeds; ++seed) {
    const auto one = sim::simulate(seed, {}, wish.loses);
    all.moves += one.moves;
    all.frames += one.frames;
    all.events += one.events;
    all.recovered += one.recovered;
    all.overflows += one.overflows;
    all.lost += one.lost;
    all.doubled += one.doubled;
    all.lasted += one.lasted;
    if (!one.broken) continue;
    print_broken(seed, *one.broken);
    std::printf("replay it: sim --seed %llu --verbose%s\n", static_cast<unsigned long long>(seed),
                wish.loses ? " --lossy" : "");
    if (!wish.goes_on) return 1;
    ++broken;
  }
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu of %llu seeds hold: %llu moves, %llu frames, %llu events, %llu recovered, %llu slow "
      "consumers, "
      "%llu lost, %llu doubled on the bus, %llu s of virtual time\n",
      number(wish.seeds - broken), number(wish.seeds), number(all.moves), number(all.frames),
      number(all.events), number(all.recovered), number(all.overflows), number(all.lost),
      number(all.doubled), number(static_cast<std::uint64_t>(all.lasted.count()) / 1000));
  return broken == 0 ? 0 : 1;
}

int find_planted(const wishes& wish) {
  actors::fault_injection faults;
  actors::inject_fault(wish.planted, faults);
  for (auto seed = wish.from; seed < wish.from + wish.seeds; ++seed) {
    const auto one = sim::simulate(seed, faults);
    if (!one.broken) continue;
    std::printf("%s is found: ", wish.planted.c_str());
    print_broken(seed, *one.broken);
    return 0;
  }
  std::printf("%s is not found in %llu seeds\n", wish.planted.c_str(),
              static_cast<unsigned long long>(wish.seeds));
  return 1;
}

}  // namespace

int main(int count, char** words) {
  wishes wish;
  if (!read_wishes(count, words, wish)) {
    std::fputs(usage, stderr);
    return 2;
  }
  sim::be_quiet();
  if (wish.is_verbose) sim::transcript::show(true);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return wish.planted.empty() ? run_all(wish) : find_planted(wish);
}
