// SPDX-License-Identifier: Apache-2.0
// The list of faults that tests can inject into the log of a shard.
#include <set>
#include <string_view>

#include "cluster/log/shard_log.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost::cluster;

TEST_CASE("every fault of a shard's log can be injected by its own name") {
  std::set<std::string_view> names;
  for (const auto& [name, fault] : log_faults_by_name) names.insert(name);
  CHECK(names.size() == sizeof(log_faults));  // each is one bool
}
