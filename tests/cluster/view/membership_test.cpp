// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/membership.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "tests/cluster/view/member_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;
using namespace std::chrono_literals;

namespace {

/// Two nodes with one name, of which the second one starts later. They hear each other, and
/// themselves, after 10 ms. A node that finds its name held ends.
struct named_pair {
  named_pair(node_id one, node_id two, milliseconds delay)
      : first(one, "name", "0.1.0", {}, {}, now),
        second(two, "name", "0.1.0", {}, {}, now + delay),
        second_at(now + delay) {}
  void step(membership& node, node_id& holder) {
    if (holder != node_id{}) return;
    const auto effects = node.step(now);
    holder = effects.name_holder;
    node.store_answered(now);
    if (holder == node_id{} && effects.is_heartbeat_due) sent.push_back(node.next_heartbeat(now));
  }
  void run(milliseconds time) {
    for (const auto end = now + time; now < end; now += 10ms) {
      const auto arriving = std::exchange(sent, {});
      for (const auto& each : arriving) {
        if (first_holder == node_id{}) first.hear(each, now);
        if (now >= second_at && second_holder == node_id{}) second.hear(each, now);
      }
      step(first, first_holder);
      if (now >= second_at) step(second, second_holder);
    }
  }
  time_point now = test_start;
  membership first;
  membership second;
  time_point second_at;
  node_id first_holder;
  node_id second_holder;
  std::vector<heartbeat> sent;
};

}  // namespace

TEST_CASE("a joining node listens for gone_ms after it first hears itself, then is up") {
  member_fixture it;
  it.is_deaf = true;
  it.run(3s);
  CHECK(it.node.state() == node_state::joining);
  it.is_deaf = false;
  it.run(900ms);
  CHECK(it.node.state() == node_state::joining);
  CHECK_FALSE(it.node.may_take(it.now));
  it.run(500ms);
  CHECK(it.node.state() == node_state::up);
  CHECK(it.node.may_take(it.now));
}

TEST_CASE("a heartbeat is sent every 250 ms, and at once when the state or an ownership changes") {
  member_fixture it;
  it.run(2s);
  CHECK(it.sent.size() == 9);  // one of them says that the node is up now
  const auto before = it.sent.size();
  it.node.announce();
  it.step();
  CHECK(it.sent.size() == before + 1);
  it.node.leave();
  it.step();
  CHECK(it.last().state == node_state::leaving);
  CHECK(it.last().number == before + 2);
  it.run(1s);
  CHECK(it.sent.size() == before + 5);
}

TEST_CASE("a node that is silent for gone_ms leaves the view") {
  member_fixture it;
  it.peers = {2, 3};
  it.run(2s);
  CHECK(it.sees(2));
  CHECK(it.sees(3));
  const auto generation = it.node.view().generation;
  it.peers = {2};
  it.run(900ms);
  CHECK(it.sees(3));
  it.run(150ms);
  CHECK_FALSE(it.sees(3));
  CHECK(it.sees(2));
  CHECK(it.node.view().generation == generation + 1);
}

TEST_CASE("a node that hears another living node with its own name does not start") {
  member_fixture it;
  it.node = membership(node_id{9}, "node-2", "0.1.0", {}, {}, it.now);
  it.peers = {2};
  it.run(2s);
  CHECK(it.is_refused);
  CHECK(it.node.state() == node_state::joining);
}

TEST_CASE("a node starts although its predecessor of the same name was heard a moment ago") {
  member_fixture it;
  it.node = membership(node_id{9}, "node-2", "0.1.0", {}, {}, it.now);
  it.node.hear(heartbeat_of(2, 77), it.now);
  it.run(2s);
  CHECK_FALSE(it.is_refused);
  CHECK(it.node.state() == node_state::up);
}

TEST_CASE("a node that is up stays up when another of its name tries to start") {
  member_fixture it;
  it.run(2s);
  auto other = heartbeat_of(5, 1, node_state::joining);
  other.name = "node-1";
  it.node.hear(other, it.now);
  it.run(500ms);
  CHECK_FALSE(it.is_refused);
  CHECK(it.node.state() == node_state::up);
}

TEST_CASE("late and repeated heartbeats are ignored") {
  member_fixture it;
  CHECK(it.node.hear(heartbeat_of(2, 5), it.now));
  CHECK_FALSE(it.node.hear(heartbeat_of(2, 5, node_state::leaving), it.now));
  CHECK_FALSE(it.node.hear(heartbeat_of(2, 4, node_state::leaving), it.now));
  it.step();
  CHECK(it.state_of(2) == node_state::up);
}

TEST_CASE("a view has at most nodes_max nodes, in order, with the node itself") {
  member_fixture it;
  for (std::uint64_t id = 200; id > 100; --id) {
    const bool fits = 200 - id < nodes_max - 1;
    CHECK(it.node.hear(heartbeat_of(id, 1), it.now) == fits);
  }
  it.step();
  CHECK(it.node.view().nodes.size() == nodes_max);
  CHECK(std::ranges::is_sorted(it.node.view().nodes, {}, &node_info::id));
  CHECK(it.sees(1));
  CHECK(it.last().view.size() == nodes_max);
}

TEST_CASE("of two nodes with one name that start together the smaller id goes on") {
  for (const std::uint64_t second : {2, 9}) {
    for (const auto delay : {0ms, 300ms, 900ms}) {
      named_pair it(node_id{1}, node_id{second}, delay);
      it.run(4s);
      INFO(second << " after " << delay.count());
      CHECK(it.first.state() == node_state::up);
      CHECK(it.first_holder == node_id{});
      CHECK(it.second.state() == node_state::joining);
      CHECK(it.second_holder == node_id{1});
    }
  }
}

TEST_CASE("a node that has joined keeps its name although a smaller id comes") {
  named_pair it(node_id{9}, node_id{2}, 1'500ms);
  it.run(5s);
  CHECK(it.first.state() == node_state::up);
  CHECK(it.first_holder == node_id{});
  CHECK(it.second_holder == node_id{9});
}

TEST_CASE("a node waits with its name until another one that listens still is silent") {
  member_fixture it;
  auto other = heartbeat_of(5, 1, node_state::joining);
  other.name = "node-1";
  for (int i = 0; i < 8; ++i) {
    ++other.number;
    it.node.hear(other, it.now);
    it.run(250ms);
  }
  CHECK_FALSE(it.is_refused);
  CHECK(it.node.state() == node_state::joining);
  it.run(700ms);
  CHECK(it.node.state() == node_state::up);
}

TEST_CASE("a heartbeat that comes long after the one before is counted") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  CHECK(it.node.counts().late_heartbeats == 0);
  it.peers = {};
  it.run(600ms);
  it.peers = {2};
  it.run(500ms);
  CHECK(it.node.counts().late_heartbeats == 1);
}

TEST_CASE("a freeze of the view is counted once") {
  member_fixture it;
  it.run(2s);
  CHECK(it.node.counts().freezes == 0);
  it.is_deaf = true;
  it.run(3s);
  it.is_deaf = false;
  it.run(1s);
  CHECK(it.node.counts().freezes == 1);
}
