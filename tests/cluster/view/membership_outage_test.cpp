// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/view/member_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;
using namespace std::chrono_literals;

TEST_CASE(
    "a node that does not hear itself removes nobody, and counts the silence anew afterwards") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  it.is_deaf = true;
  it.peers = {};
  it.run(5s);
  CHECK(it.node.is_frozen());
  CHECK(it.sees(2));
  it.is_deaf = false;
  it.run(900ms);
  CHECK_FALSE(it.node.is_frozen());
  CHECK(it.sees(2));
  CHECK(it.node.state() == node_state::up);
  it.run(500ms);
  CHECK_FALSE(it.sees(2));
}

TEST_CASE("after an outage a node listens for gone_ms before it takes a shard") {
  member_fixture it;
  it.run(2s);
  it.is_deaf = true;
  it.run(800ms);
  CHECK_FALSE(it.node.may_take(it.now));
  it.is_deaf = false;
  it.run(600ms);
  CHECK_FALSE(it.node.is_frozen());
  CHECK_FALSE(it.node.may_take(it.now));
  it.run(700ms);
  CHECK(it.node.may_take(it.now));
}

TEST_CASE("a node that does not hear itself for gone_ms says that it is cut off") {
  member_fixture it;
  it.run(2s);
  it.is_deaf = true;
  it.run(700ms);
  CHECK(it.node.state() == node_state::up);
  it.run(400ms);
  CHECK(it.last().state == node_state::cut_off);
  CHECK_FALSE(it.node.may_take(it.now));
  it.is_deaf = false;
  it.run(300ms);
  CHECK(it.last().state == node_state::up);
}

TEST_CASE("a heartbeat that was under way for long does not show that a node hears itself") {
  member_fixture it;
  it.run(2s);
  it.is_deaf = true;
  it.run(1s);
  const auto late = it.last();
  it.run(2s);
  it.node.hear(late, it.now);
  it.step();
  CHECK(it.node.is_frozen());
  CHECK(it.node.state() == node_state::cut_off);
}

TEST_CASE("a node is cut off if its store is silent while the store answers another node") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  CHECK(it.last().is_store_answering);
  it.is_store_silent = true;
  it.run(6s);
  CHECK(it.node.state() == node_state::up);
  CHECK_FALSE(it.last().is_store_answering);
  it.run(3s);
  CHECK(it.node.state() == node_state::cut_off);
  it.is_store_silent = false;
  it.run(1500ms);
  CHECK(it.node.state() == node_state::up);
}

TEST_CASE("a store that answers no node cuts nobody off, also when it answers another first") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  it.is_store_silent = true;
  it.run(3s);
  it.peers_have_store = false;
  it.run(20s);
  it.peers_have_store = true;
  it.run(7s);
  CHECK(it.node.state() == node_state::up);
  it.run(2s);
  CHECK(it.node.state() == node_state::cut_off);
}

TEST_CASE("an outage of the network does not count as silence of the store") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  it.is_deaf = it.is_store_silent = true;
  it.peers = {};
  it.run(20s);
  it.is_deaf = false;
  it.run(300ms);
  CHECK(it.node.state() == node_state::up);
}

TEST_CASE("an idle node asks its store about every second") {
  member_fixture it;
  it.run(10s);
  CHECK(it.store_questions >= 9);
  CHECK(it.store_questions <= 10);
}

TEST_CASE("a node that says that it is cut off is believed after half of gone_ms") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  it.peers = {};
  it.node.hear(heartbeat_of(2, 100, node_state::cut_off), it.now);
  it.run(400ms);
  CHECK(it.state_of(2) == node_state::up);
  it.node.hear(heartbeat_of(2, 101, node_state::cut_off), it.now);
  it.run(150ms);
  CHECK(it.state_of(2) == node_state::cut_off);
  it.node.hear(heartbeat_of(2, 102, node_state::up), it.now);
  it.step();
  CHECK(it.state_of(2) == node_state::up);
}

TEST_CASE("a loop that stood still for half of gone_ms must verify once") {
  member_fixture it;
  it.run(2s);
  it.now += 400ms;
  it.step();
  CHECK(it.verified == 0);
  it.now += 500ms;
  it.step();
  it.step();
  CHECK(it.verified == 1);
}

TEST_CASE("a loop that stood still removes nobody before it has heard itself and the others") {
  member_fixture it;
  it.peers = {2};
  it.run(2s);
  it.now += 10s;
  it.step();
  CHECK(it.sees(2));
  it.run(500ms);
  CHECK(it.sees(2));
  CHECK(it.node.state() == node_state::up);
}
