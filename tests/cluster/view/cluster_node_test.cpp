// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/cluster_node.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;
using namespace std::chrono_literals;

namespace {

/// Nodes on a network without delay, which carry out their plans at once.
struct small_cluster {
  struct member {
    explicit member(std::uint64_t id, time_point now)
        : node({node_id{id}, name_of(node_id{id}), "0.1.0"}, 8, {}, {}, {}, now) {}
    cluster_node node;
    node_effects effects;  // of the last step
    std::vector<owner_change> owners;
    std::vector<node_id> broken;
    std::vector<std::string> arrived;
    std::uint64_t heartbeats = 0;
    bool is_connected = true;
  };

  void start(std::uint64_t id) { members.emplace(id, std::make_unique<member>(id, now)); }
  cluster_node& node(std::uint64_t id) { return members.at(id)->node; }

  void step(member& on) {
    on.node.store_answered(now);
    on.effects = on.node.step(now, {});
    std::ranges::copy(on.effects.owners, std::back_inserter(on.owners));
    if (!on.is_connected) return;
    if (on.effects.heartbeat.size > 0) {
      ++on.heartbeats;
      for (auto& [id, each] : members) {
        if (each->is_connected) each->node.hear(on.effects.heartbeat, now);
      }
    }
    for (const auto shard : on.effects.plan.take) on.node.take(shard, ++ownership);
    for (const auto& move : on.effects.plan.give) {
      on.node.release(move.shard, on.node.owners().of(move.shard).ownership, move.to);
    }
    auto sent = on.node.flush();
    std::ranges::copy(sent.broken, std::back_inserter(on.broken));
    for (const auto& frame : sent.frames) carry(frame);
  }
  void carry(const outgoing_frame& frame) {
    const auto to = members.find(frame.to.value);
    if (to == members.end() || !to->second->is_connected) return;
    for (const auto& each : to->second->node.receive(frame.data).all) {
      to->second->arrived.emplace_back(each.view());
    }
  }
  void run(milliseconds time) {
    for (const auto end = now + time; now < end; now += 20ms) {
      for (auto& [id, each] : members) step(*each);
    }
  }
  std::size_t load(std::uint64_t seen_by, std::uint64_t of) {
    std::size_t out = 0;
    for (std::uint32_t k = 0; k < 8; ++k) {
      out += node(seen_by).owners().of(shard_id{k}).node == node_id{of} ? 1 : 0;
    }
    return out;
  }

  time_point now = test_start;
  std::uint64_t ownership = 0;
  std::map<std::uint64_t, std::unique_ptr<member>> members;
};

}  // namespace

TEST_CASE("nodes that start together share the shards, and all see the same owners") {
  small_cluster it;
  it.start(1);
  it.start(2);
  it.run(2s);
  for (const std::uint64_t viewer : {1, 2}) {
    CHECK(it.load(viewer, 1) == 4);
    CHECK(it.load(viewer, 2) == 4);
  }
  CHECK(it.ownership == 8);
}

TEST_CASE("a node that starts alone takes all shards, and gives a second one its share") {
  small_cluster it;
  it.start(1);
  it.run(2s);
  CHECK(it.load(1, 1) == 8);
  it.start(2);
  it.run(3s);
  CHECK(it.load(1, 1) == 4);
  CHECK(it.load(2, 2) == 4);
}

TEST_CASE("a leaving node ends without a shard, and the others learn of each new owner") {
  small_cluster it;
  it.start(1);
  it.start(2);
  it.run(2s);
  it.members.at(1)->owners.clear();
  it.node(2).leave();
  it.run(1s);
  CHECK(it.members.at(2)->effects.plan.may_end);
  CHECK(it.load(1, 1) == 8);
  const auto& heard = it.members.at(1)->owners;
  CHECK(std::ranges::count(heard, node_id{1}, [](const auto& of) { return of.now.node; }) == 4);
}

TEST_CASE("when a node is gone its links break, its shards have no owner, and others take them") {
  small_cluster it;
  it.start(1);
  it.start(2);
  it.run(2s);
  it.members.at(2)->is_connected = false;
  it.run(1500ms);
  CHECK(it.members.at(1)->broken == std::vector<node_id>{node_id{2}});
  CHECK(it.load(1, 1) == 8);
  CHECK(it.node(2).members().state() == node_state::cut_off);
}

TEST_CASE("envelopes travel between nodes, and a reconnect tells both that some may be lost") {
  small_cluster it;
  it.start(1);
  it.start(2);
  it.run(2s);
  CHECK(it.node(1).push(node_id{2}, slice::of(bytes_ptr::copy("hello"))));
  it.run(40ms);
  CHECK(it.members.at(2)->arrived == std::vector<std::string>{"hello"});
  CHECK(it.members.at(2)->broken.empty());
  it.node(1).reconnected();
  it.run(40ms);
  CHECK(it.members.at(1)->broken == std::vector<node_id>{node_id{2}});
  CHECK(it.members.at(2)->broken == std::vector<node_id>{node_id{1}});
}

TEST_CASE("a change of an ownership is announced at once") {
  small_cluster it;
  it.start(1);
  it.start(2);
  it.run(2s);
  auto& one = *it.members.at(1);
  it.run(20ms);
  const auto before = one.heartbeats;
  one.node.take(shard_id{0}, 100);
  it.step(one);
  CHECK(one.heartbeats == before + 1);
}

TEST_CASE("bytes that are no heartbeat or frame are counted and dropped") {
  small_cluster it;
  it.start(1);
  it.run(2s);
  const auto foreign = slice::of(bytes_ptr::copy("{}"));
  it.node(1).hear(foreign, it.now);
  CHECK(it.node(1).receive(foreign).all.empty());
  auto cut = it.members.at(1)->effects.heartbeat;
  while (cut.size == 0) {
    it.run(20ms);
    cut = it.members.at(1)->effects.heartbeat;
  }
  --cut.size;
  it.node(1).hear(cut, it.now);
  CHECK(it.node(1).undecoded(wire::wire_error::foreign) == 2);
  CHECK(it.node(1).undecoded(wire::wire_error::truncated) == 1);
  CHECK(it.node(1).view().nodes.size() == 1);
}
