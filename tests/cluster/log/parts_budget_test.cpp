// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/parts_budget.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

using topics = std::vector<topic>;

TEST_CASE("rooms get bytes up to the bound, and others wait in the order in which they came") {
  parts_budget budget(100);
  CHECK(budget.take(topic{"a"}, 60));
  CHECK(budget.take(topic{"b"}, 40));
  CHECK_FALSE(budget.take(topic{"c"}, 70));
  CHECK_FALSE(budget.take(topic{"d"}, 1));
  CHECK(budget.take_ready().empty());
  budget.release(topic{"b"});
  CHECK(budget.take_ready().empty());  // c is first
  CHECK_FALSE(budget.take(topic{"e"}, 1));
  budget.release(topic{"a"});
  CHECK(budget.take_ready() == topics{topic{"c"}, topic{"d"}, topic{"e"}});
}

TEST_CASE("a snapshot above the bound goes alone") {
  parts_budget budget(100);
  CHECK(budget.take(topic{"a"}, 1));
  CHECK_FALSE(budget.take(topic{"b"}, 500));
  budget.release(topic{"a"});
  CHECK(budget.take_ready() == topics{topic{"b"}});
  CHECK_FALSE(budget.take(topic{"c"}, 1));
  budget.clear();
  CHECK(budget.take(topic{"c"}, 1));
}

TEST_CASE("a room that takes bytes again keeps them, or waits for more") {
  parts_budget budget(100);
  CHECK(budget.take(topic{"a"}, 50));
  CHECK(budget.take(topic{"b"}, 50));
  CHECK(budget.take(topic{"a"}, 50));
  CHECK_FALSE(budget.take(topic{"a"}, 51));
  budget.release(topic{"b"});
  CHECK(budget.take_ready() == topics{topic{"a"}});
}

TEST_CASE("a room that was dropped does not wait") {
  parts_budget budget(100);
  CHECK(budget.take(topic{"a"}, 100));
  CHECK_FALSE(budget.take(topic{"b"}, 100));
  budget.release(topic{"b"});
  budget.release(topic{"a"});
  CHECK(budget.take_ready().empty());
}
