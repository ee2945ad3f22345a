// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/node_links.hpp"

#include "tests/cluster/links/sharing_nodes.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

TEST_CASE("nodes that start together share the shards, and hear of each owner once") {
  cluster_fixture it;
  it.start(1);
  it.start(2);
  it.run(2s);
  for (const std::uint64_t id : {1, 2}) {
    CHECK(it.node(id).host.load() == 4);
    CHECK(count_of(it.heard(id), kind_of::owner) == 8);
    CHECK(count_of(it.heard(id), kind_of::broken) == 0);
    check_owners(it.heard(id));
  }
}

TEST_CASE("a node that joins later receives its share, and each owner changes once") {
  sharing_nodes it(1);
  it.start(2);
  it.run(3s);
  CHECK(it.node(1).host.load() == 4);
  CHECK(it.node(2).host.load() == 4);
  it.check_agreement();
  // First nobody owns a shard that is given away, and then the new node.
  CHECK(count_of(it.heard(1), kind_of::owner) == 8);
}

TEST_CASE("when a node dies, the others hear of it and take its shards") {
  sharing_nodes it(3);
  it.kill(3);
  it.run(2s);
  for (const std::uint64_t id : {1, 2}) {
    CHECK(it.heard(id).count(recorder::broken(node_id{3}, true)) == 1);
    CHECK(count_of(it.heard(id), kind_of::broken) == 1);
    CHECK(it.node(id).host.load() == 4);
  }
  it.check_agreement();
}

TEST_CASE("a node that finds its name taken says so, and sends and moves nothing") {
  sharing_nodes it(2);
  it.start(3, name_of(node_id{2}));
  it.run(1500ms);
  CHECK(it.node(3).status.name_holder == node_id{2});
  CHECK(it.node(3).status.run_again > it.logs.now);
  CHECK(it.node(3).host.load() == 0);
  it.run(1500ms);
  CHECK(it.node(1).links.node().view().find(node_id{3}) == nullptr);
  CHECK(it.node(2).status.name_holder == node_id{});
}

TEST_CASE("a leaving node may end when it has given its shards away") {
  sharing_nodes it(2);
  it.node(2).links.leave();
  CHECK_FALSE(it.node(2).status.may_end);
  it.run(1s);
  CHECK(it.node(2).status.may_end);
  CHECK(it.node(1).host.load() == 8);
  it.check_agreement();
}

TEST_CASE("a shard that its node dropped with its marker as the last is taken by it again") {
  sharing_nodes it(2);
  const auto shard = it.shard_of_node(1);
  const auto before = it.node(1).host.ownership(shard);
  it.node(1).host.drop(shard);
  CHECK(it.heard(1).count(recorder::owner(shard, {{}, before})) == 1);
  it.run(500ms);
  CHECK(it.node(1).host.serves(shard));
  CHECK(it.node(1).host.ownership(shard) > before);
  it.check_agreement();
}

TEST_CASE("taking a shard below an ownership that is known is refused") {
  sharing_nodes it(2);
  const auto shard = it.shard_of_node(1);
  const auto known = it.node(2).routes.owner_of(shard);
  CHECK_FALSE(it.node(2).links.taken(shard, known.ownership - 1));
  CHECK(it.node(2).routes.owner_of(shard) == known);
}

TEST_CASE("an owner below an ownership that is gone takes the shard again above it") {
  sharing_nodes it(2);
  const auto shard = it.shard_of_node(2);
  const auto gone = it.node(2).host.ownership(shard);
  it.node(1).host.follows_plans = false;
  it.kill(2);
  it.run(2s);
  it.start(3);
  it.node(3).host.follows_plans = false;
  it.run(2s);
  it.node(3).host.own(shard, gone - 1);  // the log has lost its end, and a clock was set back
  it.run(1s);
  const auto now = it.node(3).host.ownership(shard);
  CHECK(now > gone);
  CHECK(it.node(1).routes.owner_of(shard) == announced_owner{node_id{3}, now});
}

TEST_CASE("a node asks its store when nothing else has been answered for long") {
  sharing_nodes it(1);
  it.node(1).host.has_store = false;
  it.run(3s);
  CHECK(it.node(1).host.asked >= 2);
}

TEST_CASE("envelopes above the size of a frame go in the next iterations, which are due at once") {
  node_options options;
  options.links.frame_bytes_max = 100;
  sharing_nodes it(options);
  for (std::uint64_t at = 1; at <= 4; ++at) it.publish(1, {node_id{2}}, at);
  const auto before = it.network.frames_sent();
  it.node(1).run(it.logs.now);
  CHECK(it.network.frames_sent() == before + 1);
  CHECK(it.node(1).status.run_again == it.logs.now);
  it.run(100ms);
  CHECK(it.heard(2).offsets() == numbers{1, 2, 3, 4});
  CHECK(it.node(1).status.run_again > it.logs.now);
}

TEST_CASE("links run again for the next heartbeat, and at least each quarter of gone_ms") {
  sharing_nodes it(1);
  const auto last = it.logs.now;
  it.run(20ms);
  CHECK(it.node(1).status.run_again > last);
  CHECK(it.node(1).status.run_again <= last + 250ms);
}

TEST_CASE("a change of the view is told once") {
  sharing_nodes it(1);
  it.start(2);
  unsigned changes = 0;
  for (int i = 0; i < 10; ++i) {
    it.run(10ms);
    changes += it.node(1).status.has_view_changed ? 1 : 0;
  }
  CHECK(changes == 1);
}
