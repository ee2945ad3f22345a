// SPDX-License-Identifier: Apache-2.0
#include "actors/room/node_rooms.hpp"

#include <atomic>

#include "actors/room/kinds/built_in_handlers.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

cluster::command leave_of(const std::string& topic_name) {
  return {topic{topic_name}, 0, {}, 0, cluster::commands::leave{}};
}

}  // namespace

TEST_CASE("a command from any thread reaches its room on the topic's home loop") {
  std::atomic<int> made{0};
  std::atomic<int> elsewhere{0};
  net::loop* home = nullptr;
  node_fixture it(2, quiet(), [&](const room_rule& rule) {
    ++made;
    if (net::loop::current() != home) ++elsewhere;
    return actors::make_handler(rule);
  });
  home = &it.loops.at(1);
  actors::node_rooms rooms(it.node.room_shared(), it.node.scheduler());
  const auto command = leave_of(topic_at(it.node, 1));
  // From the test's thread.
  rooms.dispatch(cluster::command{command});
  it.loops.on(0, [&] { rooms.dispatch(cluster::command{command}); });  // from another loop
  it.loops.on(1, [&] { rooms.dispatch(cluster::command{command}); });  // from the home loop
  // A room without members is evicted at once, so the next command may create it again.
  it.loops.wait_until(1, [&] { return made >= 1; });
  it.settle();
  CHECK(elsewhere == 0);
  it.loops.on(1, [&] { rooms.on(loop_id{1}).end_all(); });
  it.end();
}
