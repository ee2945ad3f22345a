// SPDX-License-Identifier: Apache-2.0
#include "config/base/ids.hpp"

#include <unordered_set>

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("a connection id contains the id of its loop") {
  for (std::uint16_t loop : {0, 1, 65'535}) {
    auto id = make_connection_id(loop_id{loop}, 7);
    CHECK(loop_of(id) == loop_id{loop});
  }
}

TEST_CASE("connection ids differ if their loops or serial numbers differ") {
  CHECK(make_connection_id(loop_id{1}, 5) != make_connection_id(loop_id{2}, 5));
  CHECK(make_connection_id(loop_id{1}, 5) != make_connection_id(loop_id{1}, 6));
}

TEST_CASE("ids and topics can be compared and used as hash keys") {
  CHECK(offset{1} < offset{2});
  CHECK(topic{"a"} < topic{"b"});
  std::unordered_set<topic> topics{topic{"a"}, topic{"a"}, topic{"b"}};
  std::unordered_set<node_id> nodes{node_id{1}, node_id{1}};
  CHECK(topics.size() == 2);
  CHECK(nodes.size() == 1);
}
