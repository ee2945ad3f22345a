#include "actors/bus_inlet.hpp"

#include <atomic>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

cluster::command leave_of(const std::string& topic_name) {
  cluster::command out;
  out.topic = topic{topic_name};
  out.kind = cluster::command_kind::leave;
  return out;
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
  actors::bus_dispatcher dispatcher(it.node.context());
  const auto command = leave_of(topic_at(it.node, 1));
  // From the test's thread.
  dispatcher.command_arrived(cluster::command{command});
  it.loops.on(0,
              [&] { dispatcher.command_arrived(cluster::command{command}); });  // from another loop
  it.loops.on(
      1, [&] { dispatcher.command_arrived(cluster::command{command}); });  // from the home loop
  // A room without members is evicted at once, so the next command may create it again.
  it.loops.wait_until(1, [&] { return made >= 1; });
  it.settle();
  CHECK(elsewhere == 0);
  it.loops.on(1, [&] { dispatcher.end_rooms(loop_id{1}); });
  it.end();
}

TEST_CASE("an event for a topic that nobody here has joined goes nowhere, and no edge is made") {
  node_fixture it;
  actors::bus_dispatcher dispatcher(it.node.context());
  cluster::event event;
  event.topic = topic{"room:1"};
  dispatcher.event_arrived(cluster::share(std::move(event)));
  it.settle();
  CHECK_FALSE(it.node.context().edges->find(topic{"room:1"}));
}

TEST_CASE("an event from any thread reaches the members here") {
  node_fixture it;
  auto& client = it.open(0);
  it.join(client, "room:1");
  actors::bus_dispatcher dispatcher(it.node.context());
  cluster::event event;
  event.topic = topic{"room:1"};
  event.kind = cluster::event_kind::ephemeral;
  event.name = "news";
  event.payload.data = slice::of(bytes_ptr::copy("{}"));
  dispatcher.event_arrived(cluster::share(std::move(event)));
  it.wait_for(client, "\"news\"");
}
