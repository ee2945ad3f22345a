// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_bus.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "tests/cluster/bus_contract_nodes.hpp"
#include "tests/fixtures/bus_recorder.hpp"
#include "tests/sim/envelope_bytes.hpp"

namespace {

using namespace roost;
using namespace roost::sim;

using tests::recorder;

/// Two nodes on one faulty network.
struct pair_of_nodes {
  explicit pair_of_nodes(bus_faults faults = {}, std::uint64_t seed = 7)
      : network(time, dice(seed), faults, 2) {
    for (std::size_t i = 0; i < 2; ++i) buses.push_back(network.join(i, id(i), got[i]));
  }
  static node_id id(std::size_t node) { return node_id{node + 1}; }
  void settle() {
    while (network.next_due() != time_point::max()) {
      time.advance_to(network.next_due());
      network.deliver_one();
    }
  }
  /// From node 0 to node 1.
  void publish_events(std::uint64_t from, std::uint64_t to) {
    for (auto at = from; at <= to; ++at) {
      (void)buses[0]->publish(cluster::contract::ordered_in("room:a", at), std::array{id(1)});
    }
  }
  std::vector<std::uint64_t> offsets(std::size_t node) const { return got[node].offsets(); }
  tests::virtual_time time;
  faulty_network network;
  recorder got[2];
  std::vector<std::unique_ptr<cluster::bus>> buses;
};

/// For the contract of every bus: node 0 owns the shards that it uses.
struct contract_nodes {
  contract_nodes() {
    for (std::uint32_t i = 0; i < 2; ++i) all.network.own(0, cluster::shard_id{i}, 1);
    settle();
    all.got[0].clear();
    all.got[1].clear();
  }
  std::size_t nodes() const { return 2; }
  node_id id(std::size_t node) const { return pair_of_nodes::id(node); }
  cluster::bus& bus(std::size_t node) { return *all.buses[node]; }
  recorder& arrived(std::size_t node) { return all.got[node]; }
  /// Less than the time after which an owner no longer waits for edges.
  void settle() {
    const auto end = all.time.now() + std::chrono::milliseconds(100);
    while (all.network.next_due() <= end) {
      all.time.advance_to(all.network.next_due());
      all.network.deliver_one();
    }
    all.time.advance_to(end);
  }
  void own(std::size_t node, cluster::shard_id shard, std::uint64_t ownership) {
    all.network.own(node, shard, ownership);
  }
  void break_link(std::size_t a, std::size_t b) { all.network.break_link(a, b); }
  void leave(std::size_t node) { all.network.leave(node); }
  pair_of_nodes all;
};

bus_faults delays() {
  bus_faults out;
  out.delay_max = std::chrono::milliseconds(3);
  out.late_permille = 100;
  return out;
}

bool is_sorted(const std::vector<std::uint64_t>& all) {
  return std::is_sorted(all.begin(), all.end());
}

}  // namespace

TEST_CASE("the simulated bus passes the bus contract of several nodes") {
  cluster::contract::run_bus_contract_of_nodes<contract_nodes>();
}

TEST_CASE("the simulated bus delivers a command to the owner after its delay") {
  pair_of_nodes nodes(delays());
  const auto command = cluster::contract::push_to("room:a", {node_id{1}, 1}, 1, 1);
  (void)nodes.buses[1]->publish(cluster::command{command});
  CHECK(nodes.got[0].commands().empty());
  nodes.settle();
  const auto at_owner = nodes.got[nodes.network.owner_of(topic{"room:a"})].commands();
  REQUIRE(at_owner.size() == 1);
  CHECK(cluster::same(at_owner[0], command));
  CHECK(nodes.got[0].commands().size() + nodes.got[1].commands().size() == 1);
}

TEST_CASE("late messages of one topic stay in order") {
  pair_of_nodes nodes(delays());
  nodes.publish_events(1, 300);
  nodes.settle();
  CHECK(nodes.offsets(1).size() == 300);
  CHECK(is_sorted(nodes.offsets(1)));
}

TEST_CASE("losses break the link, depend on the seed, and stop when the bus heals") {
  auto faults = delays();
  faults.loss_permille = 50;
  faults.duplicates_permille = 300;
  pair_of_nodes nodes(faults);
  pair_of_nodes same(faults);
  pair_of_nodes other(faults, 8);
  for (auto* each : {&nodes, &same, &other}) {
    for (std::uint64_t at = 1; at < 500; at += 10) {
      each->publish_events(at, at + 9);
      each->settle();
    }
    each->network.heal();
    each->publish_events(501, 600);
    each->settle();
  }
  CHECK(nodes.network.lost() > 10);
  CHECK(nodes.network.lost_after() > 50);
  CHECK(nodes.network.duplicated() > 0);
  CHECK(nodes.network.breaks() == nodes.got[0].count(recorder::broken(nodes.id(1), false)));
  CHECK(nodes.network.breaks() == nodes.got[1].count(recorder::broken(nodes.id(0), false)));
  CHECK(is_sorted(nodes.offsets(1)));
  CHECK(nodes.offsets(1) == same.offsets(1));
  CHECK(nodes.offsets(1) != other.offsets(1));
  const auto all = nodes.offsets(1);
  CHECK(std::vector(all.end() - 100, all.end()).front() == 501);
}

TEST_CASE("some commands are lost without a break") {
  bus_faults faults;
  faults.loss_permille = 500;
  pair_of_nodes nodes(faults);
  std::size_t silent = 0;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const auto lost = nodes.network.lost();
    const auto breaks = nodes.network.breaks();
    (void)nodes.buses[0]->publish(cluster::contract::push_to("room:a", {node_id{1}, 1}, i, 1));
    (void)nodes.buses[1]->publish(cluster::contract::push_to("room:a", {node_id{2}, 1}, i, 1));
    if (nodes.network.lost() > lost && nodes.network.breaks() == breaks) ++silent;
    nodes.settle();
  }
  CHECK(silent > 5);
}

TEST_CASE("a healed bus delivers late messages without a further delay") {
  auto faults = delays();
  faults.late_permille = 1'000;
  pair_of_nodes nodes(faults);
  nodes.publish_events(1, 100);
  nodes.network.heal();
  const auto begin = nodes.time.now();
  nodes.settle();
  CHECK(nodes.offsets(1).size() == 100);
  CHECK(is_sorted(nodes.offsets(1)));
  CHECK(nodes.time.now() - begin <= std::chrono::milliseconds(3));
}

TEST_CASE("bytes that are no envelope are counted by their reason and dropped") {
  using cluster::wire::wire_error;
  pair_of_nodes nodes;
  const std::string of_node_0 = nodes.network.owner_of(topic{"room:a"}) == 0 ? "room:a" : "room:b";
  nodes.network.own(0, nodes.network.shard_of(topic{of_node_0}), 1);
  const auto bytes = sim::bytes_of(cluster::contract::push_to(of_node_0, {node_id{1}, 1}, 1, 1));
  const auto changed = [&](std::size_t at, char value) {
    std::string out{bytes.view()};
    out[at] = value;
    return slice::of(bytes_ptr::copy(out));
  };
  nodes.network.inject(0, changed(0, '{'));
  nodes.network.inject(0, slice{bytes.whole, 0, bytes.size - 1});
  nodes.network.inject(0, changed(1, '\x7f'));
  nodes.network.inject(0, changed(5, '\x7f'));
  nodes.network.inject(0, changed(bytes.view().find("event 1"), '\x01'));
  nodes.network.inject(0, bytes);
  nodes.settle();
  CHECK(nodes.network.dropped() == std::map<wire_error, std::uint64_t>{{wire_error::foreign, 1},
                                                                       {wire_error::truncated, 1},
                                                                       {wire_error::future, 1},
                                                                       {wire_error::oversized, 1},
                                                                       {wire_error::malformed, 1}});
  CHECK(nodes.got[0].commands().size() == 1);
}
