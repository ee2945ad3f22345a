// SPDX-License-Identifier: Apache-2.0
#include "net/loop/session_registry.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/session_fixture.hpp"

using namespace roost;
using tests::session_fixture;

TEST_CASE("a session is found by its id until it is removed") {
  net::session_registry table(loop_id{3});
  const net::session_ptr one(new session_fixture(table.next_id()));
  const net::session_ptr two(new session_fixture(table.next_id()));
  CHECK(one->id() != two->id());
  CHECK(loop_of(one->id()) == loop_id{3});
  table.add(*one);
  table.add(*two);
  CHECK(table.find(one->id()) == one.get());
  CHECK(table.all().size() == 2);
  table.remove(one->id());
  CHECK(table.find(one->id()) == nullptr);
  CHECK(table.size() == 1);
}
