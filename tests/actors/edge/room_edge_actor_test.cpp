// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/room_edge_actor.hpp"

#include <mutex>

#include "actors/edge/edge_registry.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/messages/room_messages.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/envelope_fixture.hpp"
#include "tests/fixtures/lone_bus.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;

namespace {

/// A bus that records commands and delivers nothing.
struct silent_bus final : lone_bus {
  result<void> publish(cluster::command&& command) override {
    std::lock_guard guard(lock);
    commands.push_back(std::move(command));
    return {};
  }
  result<void> publish(const cluster::event_ptr&, std::span<const node_id>) override { return {}; }
  std::mutex lock;
  std::vector<cluster::command> commands;
};

edge_request join_of(const session_fixture& client, net::wire_format format = {}) {
  edge_request out;
  out.kind = edge_request_kind::join;
  out.from = client.id();
  out.serial = 1;
  out.format = format;
  out.join_ref = out.reference = net::ref{"\"1\""};
  return out;
}

edge_dependencies with_bus(const edge_dependencies& of, cluster::bus& bus) {
  return {of.config,   of.probe, bus,          of.rules, of.self,
          of.fan_outs, of.api,   of.has_store, of.faults};
}

template <class Kind>
cluster::event_ptr answer(const cluster::command& command, Kind kind, std::uint64_t at = 0) {
  kind.command = command.id;
  if constexpr (requires { kind.at; }) kind.at = {"e", offset{at}};
  return cluster::share({command.topic, epoch{1}, "e", offset{at}, std::move(kind)});
}

/// An event of another edge.
cluster::event_ptr ordered(const roost::topic& topic, std::uint64_t at) {
  cluster::command of;
  of.topic = topic;
  return answer(of, events::ordered{{}, false, "msg", {slice::of(bytes_ptr::copy("{}"))}}, at);
}

}  // namespace

TEST_CASE("an edge forwards a join to the owner and its answer to the client") {
  silent_bus bus;
  node_fixture it;
  const auto shared = with_bus(it.node.edge_shared(), bus);
  edge_registry edges(shared, it.node.scheduler());
  auto& client = it.open(1);
  const roost::topic topic{"room:1"};
  auto edge = edges.acquire(topic);
  caf::anon_send(edge, join_of(client));
  it.settle();
  REQUIRE(bus.commands.size() == 1);
  CHECK(is<commands::join>(bus.commands[0]));
  CHECK(bus.commands[0].id.number == 1);
  CHECK(bus.commands[0].id.member == client.id());
  CHECK(it.got(client).empty());
  caf::anon_send(edge, answer(bus.commands[0], events::joined{}));
  it.wait_for(client, "\"epoch\":\"e\"");
  it.settle();
  CHECK(it.probe.value(metrics::counter::joins) == 1);
  edges.release(topic);
  it.settle();
}

namespace {

/// A node with edges on a bus that delivers nothing.
struct silent_bus_fixture {
  ~silent_bus_fixture() {
    edges.end_all();
    it.settle();  // running edges still use their registry
  }
  std::size_t commands() {
    std::lock_guard guard(bus.lock);
    return bus.commands.size();
  }
  silent_bus bus;
  node_fixture it;
  const edge_dependencies shared = with_bus(it.node.edge_shared(), bus);
  edge_registry edges{shared, it.node.scheduler()};
  const roost::topic topic{"room:1"};
};

}  // namespace

TEST_CASE("a released edge stays until the owner has answered everything") {
  silent_bus_fixture fixture;
  auto& client = fixture.it.open(1);
  auto& edges = fixture.edges;
  auto edge = edges.acquire(fixture.topic);
  caf::anon_send(edge, join_of(client));
  edges.release(fixture.topic);
  fixture.it.settle();
  CHECK(edges.find(fixture.topic) == edge);
  caf::anon_send(edge, answer(fixture.bus.commands.at(0), events::joined{}));
  fixture.it.settle();
  CHECK_FALSE(edges.find(fixture.topic));
}

TEST_CASE("an edge resends unanswered commands only on a lossy bus") {
  const bool loses = GENERATE(true, false);
  silent_bus_fixture fixture;
  fixture.bus.loses = loses;
  fixture.bus.owner = {node_id{5}, 1};
  auto& client = fixture.it.open(1);
  auto edge = fixture.edges.acquire(fixture.topic);
  caf::anon_send(edge, join_of(client));
  fixture.it.settle();
  CHECK(fixture.commands() == 1);
  if (loses) {
    fixture.it.wait_until(client, [&] { return fixture.commands() >= 3; });
    CHECK(is<commands::attach>(fixture.bus.commands[1]));
    CHECK(fixture.bus.commands[2].id.number == fixture.bus.commands[0].id.number);
    CHECK(fixture.it.probe.value(metrics::counter::commands_resent) >= 1);
  } else {
    for (int i = 0; i < 2; ++i) caf::anon_send(edge, edge_tick{});
    fixture.it.settle();
    CHECK(fixture.commands() == 1);  // no resend, not even on a tick
  }
  caf::anon_send(edge, answer(fixture.bus.commands.at(0), events::joined{}));
  fixture.it.wait_for(client, "phx_reply");
  fixture.edges.release(fixture.topic);
  fixture.it.settle();
}

TEST_CASE("an edge attaches when the link with its owner broke or another node is the owner") {
  silent_bus_fixture fixture;
  fixture.bus.loses = true;
  fixture.bus.owner = {node_id{5}, 1};
  auto& client = fixture.it.open(1);
  auto edge = fixture.edges.acquire(fixture.topic);
  caf::anon_send(edge, join_of(client));
  fixture.it.settle();
  CHECK(fixture.bus.commands.at(0).ownership == 1);
  caf::anon_send(edge, answer(fixture.bus.commands.at(0), events::joined{}));
  fixture.it.wait_for(client, "phx_reply");
  caf::anon_send(edge, link_is_broken{node_id{6}, nullptr});
  caf::anon_send(edge, shard_has_owner{cluster::shard_id{1}, {node_id{6}, 2}, nullptr});
  caf::anon_send(edge, shard_has_owner{{}, {node_id{}, 1}, nullptr});
  fixture.it.settle();
  CHECK(fixture.commands() == 1);
  caf::anon_send(edge, link_is_broken{node_id{5}, nullptr});
  fixture.it.settle();
  CHECK(fixture.commands() == 2);
  fixture.bus.owner = {node_id{6}, 2};
  caf::anon_send(edge, shard_has_owner{{}, fixture.bus.owner, nullptr});
  fixture.it.settle();
  REQUIRE(fixture.commands() == 3);
  CHECK(is<commands::attach>(fixture.bus.commands[2]));
  CHECK(fixture.bus.commands[2].ownership == 2);
}

TEST_CASE("an edge of a durable room answers after the timeout although the bus loses nothing") {
  silent_bus_fixture fixture;
  auto config = fixture.it.config.current();
  config.cluster.commit_timeout_ms = 100;
  config.rooms[0].durability = room_durability::event;
  fixture.it.config.replace(config);
  room_rules rules{config.rooms};
  auto shared =
      edge_dependencies{fixture.shared.config, fixture.shared.probe,    fixture.bus,        rules,
                        fixture.shared.self,   fixture.shared.fan_outs, fixture.shared.api, true};
  edge_registry edges{shared, fixture.it.node.scheduler()};
  auto& client = fixture.it.open(1);
  caf::anon_send(edges.acquire(fixture.topic), join_of(client));
  fixture.it.wait_for(client, "unavailable");
  CHECK(fixture.commands() == 1);
  edges.end_all();
  fixture.it.settle();
}

TEST_CASE("a gap in the events and a member that loses its position are counted") {
  silent_bus_fixture fixture;
  auto& client = fixture.it.open(1);
  auto edge = fixture.edges.acquire(fixture.topic);
  caf::anon_send(edge, join_of(client));
  fixture.it.settle();
  caf::anon_send(edge, answer(fixture.bus.commands.at(0), events::joined{}));
  fixture.it.wait_for(client, "phx_reply");
  caf::anon_send(edge, ordered(fixture.topic, 3));
  fixture.it.settle();
  CHECK(fixture.it.probe.value(metrics::counter::edge_gaps) == 1);
  REQUIRE(is<commands::fetch>(fixture.bus.commands.back()));
  events::page page;
  page.events = {ordered(fixture.topic, 3)};  // 1 and 2 are gone
  caf::anon_send(edge, answer(fixture.bus.commands.back(), std::move(page), 3));
  fixture.it.wait_for(client, "phx_error");
  fixture.it.settle();
  CHECK(fixture.it.probe.value(metrics::counter::resumes_lost) == 1);
  fixture.edges.release(fixture.topic);
  fixture.it.settle();
}

TEST_CASE("an edge holds events only while a join waits for its answer and counts their bytes") {
  const bool is_full = GENERATE(false, true);
  silent_bus_fixture fixture;
  if (is_full) {
    auto config = fixture.it.config.current();
    config.limits.history_bytes_max = 1;
    fixture.it.config.replace(config);
  }
  auto& one = fixture.it.open(1);
  auto& two = fixture.it.open(1);
  const auto held = [&] { return fixture.it.probe.value(metrics::gauge::recent_events_bytes); };
  auto edge = fixture.edges.acquire(fixture.topic);
  caf::anon_send(edge, join_of(one));
  fixture.it.settle();
  caf::anon_send(edge, answer(fixture.bus.commands.at(0), events::joined{}));
  const auto happens = [&](std::uint64_t at) {
    caf::anon_send(edge, ordered(fixture.topic, at));
    fixture.it.settle();
  };
  happens(1);
  CHECK(held() == 0);
  caf::anon_send(edge, join_of(two));
  happens(2);
  CHECK((held() > 0) == !is_full);
  CHECK(fixture.it.probe.value(metrics::counter::memory_cuts) == (is_full ? 1 : 0));
  caf::anon_send(edge, answer(fixture.bus.commands.at(1), events::joined{}, 2));
  fixture.it.wait_for(two, "phx_reply");
  fixture.it.settle();
  CHECK(held() == 0);
  fixture.edges.release(fixture.topic);
  fixture.it.settle();
}

TEST_CASE("with batch_ms events are written together in order and replies at once") {
  auto config = quiet();
  config.rooms[0].batch_ms = 60'000;
  node_fixture it(2, config);
  auto& talks = it.open(0);
  auto& hears = it.open(1);
  it.join(talks, "room:1");
  it.join(hears, "room:1");
  for (const auto* ref : {"2", "3"}) it.say(talks, line(ref, "room:1", "x"));
  it.wait_for(talks, "phx_reply", 3);
  it.settle();
  CHECK(hears.count("\"x\"") == 0);
  const roost::topic topic{"room:1"};
  caf::anon_send(it.node.edges().find(topic), batch_due{});
  it.wait_for(hears, "\"x\"", 2);
  it.wait_for(talks, "\"x\"", 2);
  it.say(talks, line("4", "room:1", "y"));
  it.wait_for(talks, "phx_reply", 4);
  auto& late = it.open(1);
  it.join(late, "room:1");  // earlier events are written before it subscribes
  it.wait_for(hears, "\"y\"");
  it.settle();
  CHECK(late.count("\"y\"") == 0);
}

TEST_CASE("a broadcast is encoded once per format for any number of members and loops") {
  node_fixture it;
  std::vector<session_fixture*> clients;
  for (std::size_t i = 0; i < 40; ++i) {
    clients.push_back(&it.open(i % 2, net::wire_format{net::codec_id::v2, i >= 20}));
    it.join(*clients.back(), "room:1");
  }
  const auto before = it.probe.value(metrics::counter::encodes);
  it.say(*clients[0], line("2", "room:1", "x"));
  for (auto* each : clients) it.wait_for(*each, "\"x\"");
  it.settle();
  CHECK(it.probe.value(metrics::counter::encodes) - before == 2);
  CHECK(it.probe.value(metrics::counter::deliveries_out) == 40);
}
