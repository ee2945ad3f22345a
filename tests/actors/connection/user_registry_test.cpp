// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/user_registry.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// A user registry and three actors, of which only the identity matters.
struct fixture {
  user_registry::admission_result add(std::uint64_t id, const caf::actor& connection,
                                      std::uint32_t max = 0, bool evicts = false) {
    return users.add("ada", connection_id{id}, connection, max, evicts);
  }
  caf::actor fan_out(std::size_t loop) { return some.node.fan_outs().at(loop); }
  tests::node_fixture some{3};
  caf::actor a = fan_out(0), b = fan_out(1), c = fan_out(2);
  user_registry users;
};

}  // namespace

TEST_CASE("the connections of a user are listed oldest first until they are removed") {
  fixture it;
  it.add(1, it.a);
  it.add(2, it.b);
  CHECK(it.users.of("ada") == std::vector{it.a, it.b});
  CHECK(it.users.count("ada") == 2);
  CHECK(it.users.count("bob") == 0);
  it.users.remove("ada", connection_id{1});
  it.users.remove("ada", connection_id{9});
  it.users.remove("bob", connection_id{2});
  CHECK(it.users.of("ada") == std::vector{it.b});
  it.users.remove("ada", connection_id{2});
  CHECK(it.users.of("ada").empty());
}

TEST_CASE("over the limit a new connection is refused and the old ones stay") {
  fixture it;
  CHECK(it.add(1, it.a, 1).is_in);
  CHECK_FALSE(it.add(2, it.b, 1).is_in);
  CHECK(it.users.of("ada") == std::vector{it.a});
  it.users.remove("ada", connection_id{1});
  CHECK(it.add(2, it.b, 1).is_in);
}

TEST_CASE("over the limit with eviction the oldest connections are evicted") {
  fixture it;
  it.add(1, it.a);
  it.add(2, it.b);
  const auto came = it.add(3, it.c, 1, true);  // the limit was lowered in between
  CHECK(came.is_in);
  CHECK(came.evicted == std::vector{it.a, it.b});
  CHECK(it.users.of("ada") == std::vector{it.c});
}

TEST_CASE("a user with many connections keeps their order and the oldest are evicted first") {
  fixture it;
  for (std::uint64_t id = 1; id <= 90; ++id) {
    it.add(id, id % 3 == 0 ? it.a : id % 3 == 1 ? it.b : it.c);
  }
  for (std::uint64_t id = 1; id <= 90; ++id) {
    if (id % 3 != 2) it.users.remove("ada", connection_id{id});
  }
  CHECK(it.users.count("ada") == 30);
  it.users.remove("ada", connection_id{2});
  it.add(100, it.a);
  const auto came = it.add(101, it.b, 2, true);
  CHECK(came.evicted == std::vector<caf::actor>(29, it.c));
  CHECK(it.users.of("ada") == std::vector{it.a, it.b});
}
