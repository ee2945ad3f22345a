#include "actors/bus_inlet.hpp"

#include <atomic>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

namespace {

cluster::command leave_of(const std::string& topic_name) {
  cluster::command out;
  out.where = topic{topic_name};
  out.what = cluster::command::kind::leave;
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
    return actors::make_kind(rule);
  });
  home = &it.loops.at(1);
  actors::bus_inlet inlet(it.node.context());
  const auto command = leave_of(topic_at(it.node, 1));
  // From the test's thread.
  inlet.command_arrived(cluster::command{command});
  it.loops.on(0, [&] { inlet.command_arrived(cluster::command{command}); });  // from another loop
  it.loops.on(1, [&] { inlet.command_arrived(cluster::command{command}); });  // from the home loop
  // A room without members is evicted at once, so the next command may create it again.
  it.loops.wait_until(1, [&] { return made >= 1; });
  it.settle();
  CHECK(elsewhere == 0);
  it.loops.on(1, [&] { inlet.end_rooms(loop_id{1}); });
  it.end();
}

TEST_CASE("an event for a topic that nobody here has joined goes nowhere, and no edge is made") {
  node_fixture it;
  actors::bus_inlet inlet(it.node.context());
  cluster::event what;
  what.where = topic{"room:1"};
  inlet.event_arrived(cluster::share(std::move(what)));
  it.settle();
  CHECK_FALSE(it.node.context().edges->find(topic{"room:1"}));
}

TEST_CASE("an event from any thread reaches the members here") {
  node_fixture it;
  auto& client = it.open(0);
  it.join(client, "room:1");
  actors::bus_inlet inlet(it.node.context());
  cluster::event what;
  what.where = topic{"room:1"};
  what.what = cluster::event::kind::ephemeral;
  what.name = "news";
  what.payload.data = slice::of(bytes_ptr::copy("{}"));
  inlet.event_arrived(cluster::share(std::move(what)));
  it.wait_for(client, "\"news\"");
}
