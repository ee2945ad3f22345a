// SPDX-License-Identifier: Apache-2.0
// Random schedules of nodes that contend for a shard. explore_shard_log runs more of them.
#include "tests/cluster/log/shard_world.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost::cluster;

namespace {

constexpr unsigned moves = 1000;
constexpr std::uint64_t clean_seeds = 400;    // of each kind
constexpr std::uint64_t faulty_seeds = 4000;  // of all kinds together

/// The first seed that shows the fault; 0: none does.
std::uint64_t first_violation(const log_faults& faults) {
  for (std::uint64_t seed = 1; seed <= faulty_seeds; ++seed) {
    const auto kind = static_cast<model::surroundings>(seed % 4);
    if (!model::shard_world(seed, kind, faults).run(moves).empty()) return seed;
  }
  return 0;
}

}  // namespace

TEST_CASE("no schedule loses, doubles or reorders what was answered, or leaves a long log") {
  const auto kind = GENERATE(model::surroundings::kills, model::surroundings::stale,
                             model::surroundings::power_cuts, model::surroundings::quiet_loss);
  for (std::uint64_t seed = 1; seed <= clean_seeds; ++seed) {
    INFO("seed " << seed << " kind " << static_cast<int>(kind));
    REQUIRE(model::shard_world(seed, kind).run(moves).empty());
  }
}

TEST_CASE("every injected fault of a shard's log is found by some schedule") {
  for (const auto& [name, fault] : log_faults_by_name) {
    log_faults faults;
    faults.*fault = true;
    INFO(name);
    CHECK(first_violation(faults) > 0);
  }
}
