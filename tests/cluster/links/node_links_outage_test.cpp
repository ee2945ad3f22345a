// SPDX-License-Identifier: Apache-2.0
// node_links: what happens when nodes stand still or the network fails.
#include "tests/cluster/links/sharing_nodes.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

/// Node 1 stands still, and its shards are not verified before a test says so.
struct standing_nodes : sharing_nodes {
  explicit standing_nodes(const node_options& bounds = {}) : sharing_nodes(bounds) {
    node(1).host.verifies = false;
    pause(1);
    run(700ms);
  }
  void wake_up(milliseconds time = 50ms) {
    resume(1);
    run(time);
  }
  /// Node 1 has published event 1 before it went on, so the event is held.
  void hold_event() {
    publish(1, {node_id{2}}, 1);
    wake_up();
    CHECK(heard(2).events().empty());
  }
};

/// Node 1 has heard of one break of its link with node 2, and nothing arrives but what is published
/// from now on.
void check_link_after_break(sharing_nodes& it) {
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, false)) == 1);
  CHECK(it.heard(2).events().empty());
  it.publish(1, {node_id{2}}, 1'000);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == numbers{1'000});
}

}  // namespace

TEST_CASE("a node that cannot hear another one breaks their link, and they agree again later") {
  sharing_nodes it(3);
  it.network.cut(node_id{1}, node_id{2});
  it.run(1500ms);
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, true)) == 1);
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, false)) >= 1);
  CHECK(count_of(it.heard(3), kind_of::broken) == 0);
  it.network.mend();
  it.run(3s);
  it.check_agreement();
  it.clear();
  it.publish(1, {node_id{2}}, 1);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == numbers{1});
}

TEST_CASE("a node that stood still sends nothing of its shards before they are verified") {
  standing_nodes it;
  it.hold_event();
  CHECK(it.node(1).host.asked_to_verify.size() == 4);
  it.publish(1, {node_id{2}}, 2);
  REQUIRE(it.bus(1).publish(news_of("room:0", 0, 9), std::array{node_id{2}}));
  it.run(100ms);
  CHECK(it.heard(2).offsets() == numbers{9});
  it.node(1).host.verifies = true;
  it.run(300ms);
  CHECK(it.heard(2).offsets() == numbers{9, 1, 2});
  CHECK(count_of(it.heard(2), kind_of::broken) == 0);
}

TEST_CASE("a node that stood still and was fenced sends nothing of the shards that it lost") {
  standing_nodes it;
  it.node(2).host.follows_plans = false;
  const auto shard = it.shard_of_node(1);
  it.publish(1, {node_id{2}}, 1);
  it.node(2).host.own(shard, it.logs.all[shard.value].ownership + 1);
  it.wake_up(100ms);
  it.node(1).host.verifies = true;
  it.run(1s);
  CHECK(it.heard(2).events().empty());
  CHECK(it.node(2).links.undelivered().stale == 0);
  CHECK_FALSE(it.node(1).host.serves(shard));
  it.check_agreement();
}

TEST_CASE("a node that stood still verifies its shards before it takes what arrived meanwhile") {
  standing_nodes it;
  it.node(1).links.frame_arrived({}, it.logs.now);
  CHECK(it.node(1).host.asked_to_verify.size() == 4);
}

TEST_CASE("a held event does not arrive behind a break of its link") {
  standing_nodes it;
  it.hold_event();
  it.network.disconnect(node_id{1});
  it.network.reconnect(node_id{1});
  it.run(100ms);
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, false)) == 1);
  it.publish(1, {node_id{2}}, 2);
  it.node(1).host.verifies = true;
  it.run(300ms);
  CHECK(it.heard(2).offsets() == numbers{2});
}

TEST_CASE("a held event goes out when its shard is given away") {
  standing_nodes it;
  const auto shard = it.shard_of_node(1);
  const auto ownership = it.logs.all[shard.value].ownership;
  it.node(1).host.follows_plans = it.node(2).host.follows_plans = false;
  it.hold_event();
  it.logs.all[shard.value].released_to = node_id{2};
  it.node(1).links.released(shard, ownership, node_id{2});
  it.run(100ms);
  CHECK(it.heard(2).offsets() == numbers{1});
  CHECK(it.heard(2).count(recorder::owner(shard, {{}, ownership})) == 1);
}

TEST_CASE("a held event is dropped when its shard is taken again") {
  standing_nodes it;
  const auto shard = it.shard_of_node(1);
  it.hold_event();
  it.node(1).host.own(shard, it.logs.all[shard.value].ownership + 1);
  it.run(50ms);
  it.publish(1, {node_id{2}}, 2);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == numbers{2});
  CHECK(it.node(2).links.undelivered().stale == 0);
}

TEST_CASE("that a node has left is reported while the connection is away, too") {
  sharing_nodes it(3);
  it.network.disconnect(node_id{1});
  it.kill(2);
  it.run(1500ms);
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, true)) == 1);
  CHECK(count_of(it.heard(1), kind_of::broken) == 1);
}

TEST_CASE("a node whose shard another one announces looks into the log of that shard") {
  sharing_nodes it(2);
  it.node(2).host.follows_plans = false;
  const auto shard = it.shard_of_node(1);
  it.node(1).host.verifies = false;
  it.node(2).host.own(shard, it.logs.all[shard.value].ownership + 1);
  it.run(50ms);
  CHECK(it.node(1).host.asked_to_verify == std::vector{shard});
  it.node(1).host.verifies = true;
  it.run(300ms);
  CHECK_FALSE(it.node(1).host.serves(shard));
}

TEST_CASE("more held events than fit break their link") {
  standing_nodes it(node_options{{}, 1U << 20U, 10'000, {}});
  it.wake_up();
  for (std::uint64_t at = 1; at <= 200; ++at) it.publish(1, {node_id{2}}, at);
  it.run(100ms);
  it.node(1).host.verifies = true;
  it.run(300ms);
  check_link_after_break(it);
}

TEST_CASE("a restart of the network breaks the links, and moves no shard") {
  sharing_nodes it(3);
  for (const std::uint64_t id : {1, 2, 3}) {
    it.network.disconnect(node_id{id});
    it.network.cut_from_all(node_id{id});
  }
  it.run(3s);
  CHECK(it.heard(1).reports().empty());
  it.publish(1, {node_id{2}}, 1);
  it.network.mend();
  for (const std::uint64_t id : {1, 2, 3}) {
    it.run(200ms);
    it.network.reconnect(node_id{id});
  }
  it.run(2s);
  for (const std::uint64_t id : {1, 2, 3}) {
    CHECK(count_of(it.heard(id), kind_of::owner) == 0);
    for (const std::uint64_t other : {1, 2, 3}) {
      CHECK(it.heard(id).count(recorder::broken(node_id{other}, false)) == (id == other ? 0 : 1));
    }
  }
  CHECK(it.heard(2).events().empty());
  it.publish(1, {node_id{2}, node_id{3}}, 2);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == numbers{2});
  CHECK(it.heard(3).offsets() == numbers{2});
}

TEST_CASE("while the network takes nothing envelopes wait, and then all arrive") {
  sharing_nodes it(2);
  it.network.block(node_id{1}, true);
  for (std::uint64_t at = 1; at <= 3; ++at) {
    it.publish(1, {node_id{2}}, at);
    it.run(100ms);
  }
  CHECK(it.heard(2).events().empty());
  it.network.block(node_id{1}, false);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == numbers{1, 2, 3});
  CHECK(count_of(it.heard(1), kind_of::broken) == 0);
}

TEST_CASE("when more waits for a node than its link holds, the link breaks") {
  node_options options;
  options.links.queue_bytes_max = 2'000;
  sharing_nodes it(options);
  it.network.block(node_id{1}, true);
  for (std::uint64_t at = 1; at <= 50; ++at) it.publish(1, {node_id{2}}, at);
  it.run(100ms);
  it.network.block(node_id{1}, false);
  it.run(100ms);
  CHECK(it.node(1).links.node().links().overruns == 1);
  check_link_after_break(it);
}

TEST_CASE("a frame that the network refuses breaks its link") {
  sharing_nodes it(2);
  it.network.refuse_frames(node_id{1}, 1);
  it.publish(1, {node_id{2}}, 1);
  it.run(400ms);
  CHECK(it.node(1).links.undelivered().refused_frames == 1);
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, false)) == 1);
  check_link_after_break(it);
}
