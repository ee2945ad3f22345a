// SPDX-License-Identifier: Apache-2.0
#include "cluster/phx_ref.hpp"

#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

TEST_CASE("the refs of different commands of a node differ") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t incarnation = 1; incarnation <= 100; ++incarnation) {
    for (std::uint64_t number = 1; number <= 100; ++number) {
      seen.insert(phx_ref_of({{node_id{1}, incarnation}, number, connection_id{5}}));
    }
  }
  CHECK(seen.size() == 10'000);
  CHECK_FALSE(seen.contains(0));
}

TEST_CASE("a command that is sent again has the same ref") {
  const command_id id{{node_id{1}, 2}, 3, connection_id{4}};
  CHECK(phx_ref_of(id) == phx_ref_of(command_id{id}));
}
