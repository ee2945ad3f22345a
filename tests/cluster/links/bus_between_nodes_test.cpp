// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/bus_between_nodes.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/cluster/bus_contract.hpp"
#include "tests/cluster/bus_contract_nodes.hpp"
#include "tests/cluster/links/cluster_fixture.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

/// The fixture of the contract: hosts that move no shard by themselves.
template <std::size_t Count>
struct nodes_of_contract {
  nodes_of_contract() {
    for (std::uint64_t n = 1; n <= Count; ++n) it.start(n).node.host.follows_plans = false;
    it.run(1500ms);
    for (std::uint32_t k = 0; k < it.logs.all.size(); ++k) own(0, shard_id{k}, 100);
    settle();
    it.clear();
  }
  std::size_t nodes() const { return Count; }
  node_id id(std::size_t node) const { return node_id{node + 1}; }
  cluster::bus& bus(std::size_t node) { return it.bus(node + 1); }
  recorder& arrived(std::size_t node) { return it.heard(node + 1); }
  void own(std::size_t node, shard_id shard, std::uint64_t ownership) {
    it.node(node + 1).host.own(shard, ownership);
  }
  void break_link(std::size_t a, std::size_t) {
    it.network.disconnect(id(a));
    it.network.reconnect(id(a));
  }
  void leave(std::size_t node) {
    it.pause(node + 1);
    left = id(node);
  }
  void settle() {
    it.run(200ms);
    while (left && it.node(1).links.node().view().find(*left)) it.run(50ms);
  }
  cluster_fixture it{4};
  std::optional<node_id> left;
};

command push_of(const std::string& topic_name, std::uint64_t ownership, std::uint64_t number,
                std::size_t bytes = 10) {
  auto out = contract::push_to(topic_name, {node_id{9}, 1}, number, ownership);
  std::get<commands::push>(out.body).payload = {
      slice::of(bytes_ptr::copy(std::string(bytes, 'x')))};
  return out;
}

event_ptr event_of(const std::string& topic_name, std::uint64_t ownership, std::uint64_t at,
                   std::size_t bytes = 10) {
  events::notification body{at, "news", {slice::of(bytes_ptr::copy(std::string(bytes, 'x')))}};
  return share({topic{topic_name}, epoch{ownership}, "e", offset{at}, std::move(body)});
}

/// Three nodes, and a shard of the first one.
struct three_nodes : cluster_fixture {
  three_nodes() { begin(); }
  explicit three_nodes(const node_options& bounds) {
    options = bounds;
    begin();
  }
  void begin() {
    start_all(3);
    shard = shard_of_node(1);
    name = topic_in(shard);
    ownership = node(1).routes.owner_of(shard).ownership;
  }
  shard_id shard;
  std::string name;
  std::uint64_t ownership = 0;
  std::array<node_id, 3> all{node_id{1}, node_id{2}, node_id{3}};
};

}  // namespace

TEST_CASE("the bus between nodes passes the bus contract with two nodes") {
  contract::run_bus_contract<nodes_of_contract<2>>();
  contract::run_bus_contract_of_nodes<nodes_of_contract<2>>();
}

TEST_CASE("the bus between nodes passes the bus contract with three nodes") {
  contract::run_bus_contract<nodes_of_contract<3>>();
  contract::run_bus_contract_of_nodes<nodes_of_contract<3>>();
}

TEST_CASE("an event to several nodes is encoded once, and shared with this node as it is") {
  three_nodes it;
  const auto before = it.bus(1).counts().encoded.load();
  const auto sent = event_of(it.name, it.ownership, 1);
  REQUIRE(it.bus(1).publish(sent, it.all));
  CHECK(it.heard(1).events() == std::vector{sent});
  CHECK(it.bus(1).counts().encoded == before + 1);
  it.run(50ms);
  CHECK(it.heard(2).offsets() == std::vector<std::uint64_t>{1});
  CHECK(it.heard(3).offsets() == std::vector<std::uint64_t>{1});
  REQUIRE(it.bus(1).publish(sent, std::array{node_id{1}}));
  CHECK(it.bus(1).counts().encoded == before + 1);
}

TEST_CASE("a command for a shard of this node is handled inside publish, without encoding") {
  three_nodes it;
  const auto before = it.bus(1).counts().encoded.load();
  REQUIRE(it.bus(1).publish(push_of(it.name, it.ownership, 7)));
  REQUIRE(it.heard(1).commands().size() == 1);
  CHECK(it.heard(1).commands().front().id.number == 7);
  CHECK(it.bus(1).counts().encoded == before);
}

TEST_CASE("a command without an announced owner is refused and counted") {
  three_nodes it;
  CHECK(it.bus(2).publish(push_of(it.name, it.ownership - 1, 1)).failure().code ==
        errc::unavailable);
  it.node(1).host.drop(it.shard);
  it.node(1).host.follows_plans = false;
  it.run(50ms);
  CHECK(it.bus(2).publish(push_of(it.name, it.ownership, 1)).failure().code == errc::unavailable);
  CHECK(it.bus(2).counts().unowned == 2);
}

TEST_CASE("a command above the bound of an envelope is refused, and breaks nothing") {
  three_nodes it;
  const auto large = link_limits{}.envelope_bytes_max;
  CHECK(it.bus(2).publish(push_of(it.name, it.ownership, 1, large)).failure().code ==
        errc::payload_too_large);
  it.run(50ms);
  CHECK(it.heard(2).reports().empty());
  CHECK(it.bus(2).counts().too_large == 1);
  CHECK(it.bus(2).publish(push_of(it.name, it.ownership, 1, large - 200)));
  it.run(50ms);
  CHECK(it.heard(1).commands().size() == 1);
}

TEST_CASE("an event above the bound of an envelope breaks the links that it does not take") {
  three_nodes it;
  const auto large = event_of(it.name, it.ownership, 1, link_limits{}.envelope_bytes_max);
  const std::array to{node_id{1}, node_id{2}};
  CHECK(it.bus(1).publish(large, to).failure().code == errc::payload_too_large);
  CHECK(it.heard(1).events() == std::vector{large});
  it.run(50ms);
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, false)) == 1);
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, false)) == 1);
  CHECK(it.heard(3).reports().empty());
  REQUIRE(it.bus(1).publish(event_of(it.name, it.ownership, 2), to));
  it.run(50ms);
  CHECK(it.heard(2).offsets() == std::vector<std::uint64_t>{2});
}

TEST_CASE("envelopes that the queue cannot hold break their links, and later ones arrive") {
  three_nodes it({{}, 20'000, 20'000, {}});
  for (std::uint64_t at = 1; at <= 20; ++at) {
    CHECK(it.bus(1).publish(event_of(it.name, it.ownership, at, 2'000), std::array{node_id{2}}));
  }
  CHECK(it.bus(1).counts().dropped > 5);
  it.run(100ms);
  CHECK(it.heard(2).events().empty());
  CHECK(it.heard(1).count(recorder::broken(node_id{2}, false)) == 1);
  CHECK(it.heard(2).count(recorder::broken(node_id{1}, false)) == 1);
  CHECK(it.node(1).links.undelivered().overruns == 1);
  REQUIRE(it.bus(1).publish(event_of(it.name, it.ownership, 21), it.all));
  it.run(50ms);
  CHECK(it.heard(2).offsets() == std::vector<std::uint64_t>{21});
  CHECK(it.heard(3).offsets() == std::vector<std::uint64_t>{21});
}

TEST_CASE("the thread of the links is woken by the first envelope that waits, not by each") {
  three_nodes it;
  const auto before = it.node(2).wakes.load();
  for (std::uint64_t n = 1; n <= 5; ++n) {
    REQUIRE(it.bus(2).publish(push_of(it.name, it.ownership, n)));
  }
  CHECK(it.node(2).wakes == before + 1);
  it.run(20ms);
  REQUIRE(it.bus(2).publish(push_of(it.name, it.ownership, 6)));
  CHECK(it.node(2).wakes == before + 2);
}

TEST_CASE("threads publish while another one runs the links, and nothing is lost or reordered") {
  three_nodes it;
  constexpr std::uint64_t each = 1'000;
  std::atomic<unsigned> publishing{4};
  std::vector<std::thread> threads;
  for (std::uint64_t n = 0; n < 4; ++n) {
    threads.emplace_back([&it, &publishing, n] {
      for (std::uint64_t i = 1; i <= each; ++i) {
        auto sent = push_of(it.name, it.ownership, i);
        sent.id.edge = {node_id{n + 1}, 1};
        (void)it.bus(2 + n % 2).publish(std::move(sent));
      }
      --publishing;
    });
  }
  while (publishing > 0) it.run(10ms);
  for (auto& thread : threads) thread.join();
  it.run(200ms);
  std::map<std::uint64_t, std::uint64_t> last;
  for (const auto& got : it.heard(1).commands()) {
    CHECK(got.id.number == ++last[got.id.edge.node.value]);
  }
  CHECK(last == std::map<std::uint64_t, std::uint64_t>{{1, each}, {2, each}, {3, each}, {4, each}});
}
