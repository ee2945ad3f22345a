// SPDX-License-Identifier: Apache-2.0
// nats_network: the bus between nodes passes its contract over it.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/links/bus_between_nodes.hpp"
#include "cluster/links/node_links.hpp"
#include "tests/cluster/bus_contract.hpp"
#include "tests/cluster/bus_contract_nodes.hpp"
#include "tests/cluster/links/log_host.hpp"
#include "tests/cluster/nats/network_fixture.hpp"
#include "tests/fixtures/bus_recorder.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr siphash_key hash_key{1, 2};
constexpr std::string_view barrier_topic = "barrier";

/// Events that the fixture sends through the links itself, to know what has arrived before them.
/// The other ones, and all else, go on to the recorder.
class barrier_filter final : public cluster::bus_handler {
 public:
  explicit barrier_filter(tests::recorder& to) : to_(to) {}
  void command_arrived(cluster::command&& command) override {
    to_.command_arrived(std::move(command));
  }
  void event_arrived(const cluster::event_ptr& event) override {
    if (event->topic->name != barrier_topic) return to_.event_arrived(event);
    passed_[event->epoch_number.crashes] = event->at.value;
  }
  void link_broke(node_id node, bool has_left) override { to_.link_broke(node, has_left); }
  void owner_changed(cluster::shard_id shard, const cluster::announced_owner& now) override {
    to_.owner_changed(shard, now);
  }
  void attaching_finished(cluster::shard_id shard, std::uint64_t ownership) override {
    to_.attaching_finished(shard, ownership);
  }
  /// Whether this barrier of the node has arrived.
  bool has_passed(std::uint32_t from, std::uint64_t round) { return passed_[from] == round; }

 private:
  tests::recorder& to_;
  std::map<std::uint32_t, std::uint64_t> passed_;
};

/// Passes what the network brings on to the links, which need the network first.
struct handler_relay final : cluster::network_handler {
  void heartbeat_arrived(const slice& heartbeat, time_point now) override {
    if (to) to->heartbeat_arrived(heartbeat, now);
  }
  void frame_arrived(const slice& frame, time_point now) override {
    if (to) to->frame_arrived(frame, now);
  }
  void connection_lost() override {
    if (to) to->connection_lost();
  }
  void connection_back() override {
    if (to) to->connection_back();
  }
  void became_writable() override {
    if (to) to->became_writable();
  }
  cluster::network_handler* to = nullptr;
};

/// A node with a whole bus. Owns: bus, links and network. Runs on: the test's thread. Ends: before
/// the server.
struct bus_node {
  bus_node(const tests::nats_server& server, std::uint64_t number,
           cluster::tests::shared_logs& logs)
      : id(number),
        host(id, logs),
        routes(hash_key, static_cast<std::uint32_t>(logs.all.size())),
        main(cluster::main_options(tests::options_for(server), names, id)),
        heartbeats(cluster::heartbeat_options(tests::options_for(server), names)) {
    tests::await_subscribed(main);
    tests::await_subscribed(heartbeats);
    network.emplace(cluster::network_connections{main, heartbeats}, names, id, home.seam(), relay);
    links.emplace(
        cluster::link_settings{
            {id, "node-" + std::to_string(number), "0.1.0"}, {100ms, 2'000ms, 8'000ms}, {}, {}},
        cluster::link_dependencies{*network, host, handler, routes, outgoing}, steady_clock::now());
    host.links = &*links;
    host.follows_plans = false;
    relay.to = &*links;
  }
  void run() {
    home.run();
    host.run();
    links->run(steady_clock::now());
  }

  const cluster::subjects names = *cluster::subjects::of("c");
  const node_id id;
  tests::played_thread home;
  tests::recorder heard;
  barrier_filter handler{heard};
  handler_relay relay;
  cluster::tests::log_host host;
  cluster::shard_routes routes;
  cluster::outgoing_queue outgoing;
  cluster::bus_between_nodes bus{
      id, cluster::link_limits{}.envelope_bytes_max, handler, routes, outgoing, [] {}};
  cluster::nats_connection main;
  cluster::nats_connection heartbeats;
  std::optional<cluster::nats_network> network;
  std::optional<cluster::node_links> links;
  bool has_left = false;
};

/// The fixture of the contract.
template <std::size_t Count>
struct nodes_on_nats {
  nodes_on_nats() {
    logs.all.resize(4);
    logs.now = steady_clock::now();
    for (std::uint64_t n = 1; n <= Count; ++n) {
      all.push_back(std::make_unique<bus_node>(server, n, logs));
    }
    for (std::uint32_t k = 0; k < logs.all.size(); ++k) own(0, cluster::shard_id{k}, 100);
    settle();
    for (auto& each : all) each->heard.clear();
  }
  std::size_t nodes() const { return Count; }
  node_id id(std::size_t node) const { return all[node]->id; }
  cluster::bus& bus(std::size_t node) { return all[node]->bus; }
  tests::recorder& arrived(std::size_t node) { return all[node]->heard; }
  /// Frames may overtake the heartbeat that announces the shard, so this waits for it.
  void own(std::size_t node, cluster::shard_id shard, std::uint64_t ownership) {
    all[node]->host.own(shard, ownership);
    run_until([&] { return agree(); });
  }
  void break_link(std::size_t, std::size_t) {
    server.kill();
    server.start();
  }
  void leave(std::size_t node) { all[node]->has_left = true; }
  void settle() {
    run_until([&] { return agree(); });
    ++round;
    auto next = steady_clock::now();
    run_until([&] {
      if (has_round_passed()) return true;
      if (steady_clock::now() < next) return false;
      send_barriers();
      next = steady_clock::now() + 200ms;
      return false;
    });
    run_all();
  }

 private:
  template <class Condition>
  void run_until(Condition is_so) {
    const auto end = steady_clock::now() + 60s;
    for (run_all(); !is_so(); run_all()) {
      REQUIRE(steady_clock::now() < end);
      std::this_thread::sleep_for(1ms);
    }
  }
  void run_all() {
    logs.now = steady_clock::now();
    for (auto& each : all) {
      if (!each->has_left) each->run();
    }
  }
  /// All nodes have the same nodes in their view, and know the owners.
  bool agree() {
    for (auto& each : all) {
      if (each->has_left) continue;
      for (auto& other : all) {
        const bool is_seen = each->links->node().view().find(other->id) != nullptr;
        if (is_seen == other->has_left) return false;
      }
      for (std::uint32_t k = 0; k < logs.all.size(); ++k) {
        const cluster::announced_owner expected{logs.all[k].author, logs.all[k].ownership};
        if (logs.all[k].ownership > 0 && each->routes.owner_of(cluster::shard_id{k}) != expected) {
          return false;
        }
      }
    }
    return true;
  }
  template <class Use>
  bool is_so_for_pairs(Use use) {
    for (auto& from : all) {
      for (auto& to : all) {
        if (from != to && !from->has_left && !to->has_left && !use(*from, *to)) return false;
      }
    }
    return true;
  }
  bool has_round_passed() {
    return is_so_for_pairs([this](bus_node& from, bus_node& to) {
      return to.handler.has_passed(static_cast<std::uint32_t>(from.id.value), round);
    });
  }
  void send_barriers() {
    is_so_for_pairs([this](bus_node& from, bus_node& to) {
      const epoch sender{0, static_cast<std::uint32_t>(from.id.value)};
      const std::array to_one{to.id};
      return static_cast<bool>(from.bus.publish(
          cluster::share({topic{barrier_topic}, sender, "e", offset{round},
                          cluster::events::ephemeral{"barrier", cluster::contract::json_of(0)}}),
          to_one));
    });
  }

  tests::nats_server server;
  cluster::tests::shared_logs logs;
  std::vector<std::unique_ptr<bus_node>> all;
  std::uint64_t round = 0;
};

}  // namespace

TEST_CASE("the bus between nodes passes the bus contract over NATS") {
  cluster::contract::run_bus_contract<nodes_on_nats<2>>();
  cluster::contract::run_bus_contract_of_nodes<nodes_on_nats<2>>();
}
