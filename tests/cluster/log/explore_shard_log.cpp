// SPDX-License-Identifier: Apache-2.0
// Explores the log of a shard for longer than the tests do. Exits with 1 if a promise is broken,
// with 2 if there is no such fault:
//     explore_shard_log SEEDS [FAULT [FIRST]]
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "tests/cluster/log/shard_world.hpp"

int main(int argc, char** argv) {
  using namespace roost::cluster;
  const auto seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  const std::string fault = argc > 2 ? argv[2] : "";
  const auto first = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  log_faults faults;
  if (!fault.empty() && !enable_fault(log_faults_by_name, fault, faults)) {
    std::cerr << "there is no fault \"" << fault << "\": see cluster/log/log_faults.hpp\n";
    return 2;
  }
  std::map<std::string, std::uint64_t> counts;
  std::map<std::string, std::uint64_t> violations;
  for (auto seed = first; seed < first + seeds; ++seed) {
    const auto kind = static_cast<model::surroundings>(seed % 4);
    model::shard_world world(seed, kind, faults);
    const auto violation = world.run(1000);
    for (const auto& [name, number] : world.counts()) counts[name] += number;
    if (violation.empty()) continue;
    if (++violations[violation] <= 3) std::cout << "seed " << seed << ": " << violation << "\n";
  }
  for (const auto& [name, number] : counts) std::cout << number << " " << name << "\n";
  for (const auto& [name, number] : violations) std::cout << number << " times: " << name << "\n";
  return violations.empty() ? 0 : 1;
}
