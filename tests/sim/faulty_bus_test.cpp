// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/faulty_bus.hpp"

#include <algorithm>
#include <vector>

#include "tests/cluster/bus_contract.hpp"
#include "tests/sim/envelope_bytes.hpp"

namespace {

using namespace roost;
using namespace roost::sim;

struct collector final : cluster::bus_handler {
  void command_arrived(cluster::command&& command) override {
    commands.push_back(std::move(command));
  }
  void event_arrived(const cluster::event_ptr& event) override { events.push_back(event); }
  std::vector<cluster::command> commands;
  std::vector<cluster::event_ptr> events;
};

/// Two nodes on one faulty network.
struct pair_of_nodes {
  explicit pair_of_nodes(bus_faults faults = {}, std::uint64_t seed = 7)
      : network(time, dice(seed), faults, 2) {
    for (std::size_t i = 0; i < 2; ++i) buses.push_back(network.join(i, got[i]));
  }
  void settle() {
    while (network.next_due() != time_point::max()) {
      time.advance_to(network.next_due());
      network.deliver_one();
    }
  }
  void publish_events(std::uint64_t from, std::uint64_t to) {
    for (auto at = from; at <= to; ++at) {
      (void)buses[0]->publish(cluster::contract::ordered_in("room:a", at));
    }
  }
  std::vector<std::uint64_t> offsets(std::size_t node) const {
    std::vector<std::uint64_t> out;
    for (const auto& each : got[node].events) out.push_back(each->at.value);
    return out;
  }
  tests::virtual_time time;
  faulty_network network;
  collector got[2];
  std::vector<std::unique_ptr<cluster::bus>> buses;
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

TEST_CASE("the simulated bus delivers a command to the owner after its delay") {
  pair_of_nodes nodes(delays());
  const auto command = cluster::contract::push_to("room:a", {node_id{1}, 1}, 1);
  (void)nodes.buses[1]->publish(cluster::command{command});
  CHECK(nodes.got[0].commands.empty());
  nodes.settle();
  const auto& at_owner = nodes.got[nodes.network.owner_of(topic{"room:a"})].commands;
  REQUIRE(at_owner.size() == 1);
  CHECK(cluster::same(at_owner[0], command));
  CHECK(nodes.got[0].commands.size() + nodes.got[1].commands.size() == 1);
}

TEST_CASE("an event reaches the subscribed nodes and subscriptions are counted") {
  pair_of_nodes nodes(delays());
  nodes.buses[0]->subscribe(topic{"room:a"});
  nodes.buses[1]->subscribe(topic{"room:a"});
  nodes.buses[1]->subscribe(topic{"room:a"});
  nodes.buses[0]->unsubscribe(topic{"room:a"});
  nodes.buses[1]->unsubscribe(topic{"room:a"});
  nodes.publish_events(1, 1);
  nodes.settle();
  CHECK(nodes.got[0].events.empty());
  CHECK(nodes.offsets(1) == std::vector<std::uint64_t>{1});
}

TEST_CASE("late messages of one topic stay in order unless reordering is enabled") {
  for (const bool reorders : {false, true}) {
    auto faults = delays();
    faults.reorders_within = reorders;
    pair_of_nodes nodes(faults);
    nodes.buses[1]->subscribe(topic{"room:a"});
    nodes.publish_events(1, 300);
    nodes.settle();
    CHECK(nodes.offsets(1).size() == 300);
    CHECK(is_sorted(nodes.offsets(1)) != reorders);
  }
}

TEST_CASE("loss and duplication depend on the seed and stop when the bus heals") {
  auto faults = delays();
  faults.loss_permille = 300;
  faults.duplicates_permille = 300;
  pair_of_nodes nodes(faults);
  pair_of_nodes same(faults);
  pair_of_nodes other(faults, 8);
  for (auto* each : {&nodes, &same, &other}) {
    each->buses[1]->subscribe(topic{"room:a"});
    each->publish_events(1, 500);
    each->network.heal();
    each->publish_events(501, 600);
    each->settle();
  }
  CHECK(nodes.network.lost() > 50);
  CHECK(nodes.network.duplicated() > 50);
  CHECK(nodes.offsets(1).size() == 600 - nodes.network.lost() + nodes.network.duplicated());
  CHECK(is_sorted(nodes.offsets(1)));
  CHECK(nodes.offsets(1) == same.offsets(1));
  CHECK(nodes.offsets(1) != other.offsets(1));
  const auto all = nodes.offsets(1);
  CHECK(std::vector(all.end() - 100, all.end()).front() == 501);
  CHECK(nodes.buses[0]->may_lose());
}

TEST_CASE("a healed bus delivers late messages without a further delay") {
  auto faults = delays();
  faults.late_permille = 1'000;
  pair_of_nodes nodes(faults);
  nodes.buses[1]->subscribe(topic{"room:a"});
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
  const auto bytes = sim::bytes_of(cluster::contract::push_to("room:a", {node_id{1}, 1}, 1));
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
  CHECK(nodes.got[0].commands.size() == 1);
}
