// SPDX-License-Identifier: Apache-2.0
#include "actors/room/member_name.hpp"

#include <set>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

TEST_CASE("the name of an anonymous member consists of its node and its connection") {
  CHECK(anonymous_name({node_id{35}, connection_id{36}}) == "~z-10");
  CHECK(anonymous_name({node_id{0}, connection_id{0}}) == "~0-0");
}

TEST_CASE("no two connections have the same name") {
  std::set<std::string> seen;
  for (std::uint64_t node = 0; node < 40; ++node) {
    for (std::uint64_t connection = 0; connection < 40; ++connection) {
      CHECK(seen.insert(anonymous_name({node_id{node}, connection_id{connection}})).second);
    }
  }
}
