// SPDX-License-Identifier: Apache-2.0
// Contract tests for cluster/bus.hpp that every bus implementation must pass.
//
// A fixture is default-constructible and offers
//   std::size_t nodes()                     the number of nodes, at least 1; each links with all
//   node_id id(std::size_t node)
//   cluster::bus& bus(std::size_t node)
//   recorder& arrived(std::size_t node)     the handler of that node's bus
//   void settle()                           returns after everything published has arrived
// and with several nodes
//   void own(std::size_t node, shard_id, std::uint64_t ownership)
//                                           the node announces the shard; all know it after
//                                           settle()
//   void break_link(std::size_t a, std::size_t b)
//                                           envelopes between the nodes may be lost
//   void leave(std::size_t node)            the node leaves the view of the others
// At first node 0 owns every shard and no node has finished to attach. With one node the shard may
// never change owners.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cluster/bus.hpp"
#include "tests/fixtures/bus_recorder.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/same_envelope.hpp"

namespace roost::cluster::contract {

using tests::recorder;

inline payload json_of(std::uint64_t number) {
  return {slice::of(bytes_ptr::copy("{\"n\":" + std::to_string(number) + "}"))};
}

inline command push_to(std::string_view topic_name, edge_id from, std::uint64_t number,
                       std::uint64_t ownership = 0) {
  return {topic{topic_name},
          ownership,
          {from, number, connection_id{number * 7}},
          number / 2,
          commands::push{"user " + std::to_string(number % 3), "event " + std::to_string(number),
                         json_of(number), "key " + std::to_string(number)}};
}

inline command_id id_of(std::uint64_t at) {
  return {{node_id{1}, 9}, at + 100, connection_id{at * 3}};
}

/// An event with arbitrary bytes in its payload.
inline events::ordered ordered_body(std::uint64_t at) {
  return {id_of(at),
          at % 2 == 0,
          "event " + std::to_string(at),
          {slice::of(bytes_ptr::copy(std::string("\0\xff", 2) + std::to_string(at))),
           payload_kind::binary},
          at % 3 != 0,
          1'700'000'000'000 + static_cast<std::int64_t>(at),
          relation{offset{at / 2}, 255}};
}

template <class Kind>
event_ptr event_in(std::string_view topic_name, std::uint64_t at, Kind kind) {
  return share({topic{topic_name}, epoch{0, static_cast<std::uint32_t>(at + 8)}, "e5", offset{at},
                std::move(kind)});
}

inline event_ptr ordered_in(std::string_view topic_name, std::uint64_t at) {
  return event_in(topic_name, at, ordered_body(at));
}

/// A command of each kind.
inline std::vector<command> commands_to(std::string_view topic_name, std::uint64_t ownership) {
  const edge_id from{node_id{~0ULL}, ~0ULL};
  const position at{"e\"5", offset{6}};
  const side_state_cursor cursor{side_state_cursor::stage::presence, 1, 2, 3};
  std::vector<command> out;
  const auto add = [&](auto kind) {
    const auto number = out.size() + 1;
    out.push_back(
        {topic{topic_name}, ownership, {from, number, connection_id{number}}, 1, std::move(kind)});
  };
  add(commands::join{"ann", json_of(1), at, 7});
  add(commands::join{});
  add(commands::leave{});
  add(commands::push{"ann", "event", json_of(2), "key"});
  add(commands::update_meta{"ann", json_of(3)});
  add(commands::mark_read{"ann", at});
  add(commands::fetch{offset{4}, true});
  add(commands::fetch_side_state{cursor, 5});
  add(commands::publish{"event", json_of(4), "key"});
  add(commands::query{at, 8, true});
  add(commands::ephemeral{"typing", json_of(5)});
  add(commands::attach{{7, 8},
                       offset{9},
                       {{connection_id{10}, "ann", json_of(6), ~0ULL}, {}},
                       {connection_id{11}},
                       2,
                       3});
  add(commands::detach{});
  return out;
}

/// An event of each kind.
inline std::vector<event_ptr> events_in(std::string_view name) {
  const std::vector<event_ptr> held{ordered_in(name, 7), ordered_in(name, 8)};
  const side_state_cursor cursor{side_state_cursor::stage::presence, 1, 2, 3};
  const auto side = std::make_shared<const side_state_page>(
      side_state_page{{}, cursor, {{"presence_state", json_of(1)}}});
  const auto id = id_of(2);
  std::vector<event_ptr> out{ordered_in(name, 1), ordered_in(name, 2)};
  const auto add = [&](auto kind) { out.push_back(event_in(name, out.size(), std::move(kind))); };
  add(events::notification{3, "presence_diff", json_of(2)});
  add(events::resync{4});
  add(events::ephemeral{"typing", json_of(3)});
  add(events::head{5});
  add(events::unicast{id.sender(), 1, "private", json_of(5)});
  add(events::kicked{id.sender(), 2, json_of(6)});
  add(events::crashed{});
  add(events::joined{id, {"e4", offset{8}}, 6, held, 2, true, side});
  add(events::left{id});
  add(events::done{id, json_of(7)});
  add(events::repeated{id, {"e4", offset{3}}});
  add(events::refused{id, errc::room_refused, json_of(8)});
  add(events::page{id, 7, offset{6}, held, side});
  add(events::side_state{id, 8, side});
  add(events::snapshot{id, 9, false, held, json_of(4)});
  add(events::not_found{id});
  add(events::attached{id, 10, false});
  return out;
}

/// The ownership of the topic's shard as a node knows it.
inline std::uint64_t ownership_of(const bus& bus, std::string_view topic_name) {
  return bus.owner_of(bus.shard_of(topic{topic_name})).ownership;
}

template <class Fixture>
std::vector<node_id> all_nodes(Fixture& fixture) {
  std::vector<node_id> out;
  for (std::size_t n = 0; n < fixture.nodes(); ++n) out.push_back(fixture.id(n));
  return out;
}

/// Promise 1 for commands: several edges publish at once to two topics, each edge in order.
template <class Fixture>
void commands_keep_their_order() {
  Fixture fixture;
  constexpr std::uint64_t each = 500;
  std::vector<std::thread> edges;
  for (std::uint64_t n = 0; n < 4; ++n) {
    edges.emplace_back([&fixture, n] {
      auto& out = fixture.bus(n % fixture.nodes());
      for (std::uint64_t i = 1; i <= each; ++i) {
        const auto* name = i % 2 ? "room:a" : "room:b";
        (void)out.publish(push_to(name, {node_id{n + 1}, 1}, i, ownership_of(out, name)));
      }
    });
  }
  for (auto& edge : edges) edge.join();
  fixture.settle();
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> last;
  const auto arrived = fixture.arrived(0).commands();
  for (const auto& got : arrived) {
    auto& before = last[{got.id.edge.node.value, got.topic.name}];
    CHECK(got.id.number > before);
    before = got.id.number;
  }
  CHECK(arrived.size() == 4 * each);
}

/// Promise 1 for events.
template <class Fixture>
void events_of_a_topic_keep_their_order() {
  Fixture fixture;
  std::vector<std::thread> owners;
  for (const auto* name : {"room:a", "room:b"}) {
    owners.emplace_back([&fixture, name] {
      const std::array to{fixture.id(0)};
      for (std::uint64_t at = 1; at <= 500; ++at) {
        (void)fixture.bus(fixture.nodes() - 1).publish(ordered_in(name, at), to);
      }
    });
  }
  for (auto& owner : owners) owner.join();
  fixture.settle();
  std::map<std::string, std::uint64_t> last;
  for (const auto& got : fixture.arrived(0).events())
    CHECK(got->at.value == ++last[got->topic->name]);
  CHECK(last == std::map<std::string, std::uint64_t>{{"room:a", 500}, {"room:b", 500}});
}

/// Promise 2 without a change of owners.
template <class Fixture>
void a_command_goes_to_the_owner_that_it_names() {
  Fixture fixture;
  auto& bus = fixture.bus(fixture.nodes() - 1);
  const auto known = ownership_of(bus, "room:a");
  CHECK(bus.owner_of(bus.shard_of(topic{"room:a"})).node == fixture.id(0));
  REQUIRE(bus.publish(push_to("room:a", {node_id{1}, 1}, 1, known)));
  fixture.settle();
  CHECK(fixture.arrived(0).commands().size() == 1);
  for (std::size_t n = 1; n < fixture.nodes(); ++n) CHECK(fixture.arrived(n).commands().empty());
}

/// Promise 3.
template <class Fixture>
void an_event_goes_to_the_nodes_that_are_named() {
  Fixture fixture;
  auto& bus = fixture.bus(0);
  const auto all = all_nodes(fixture);
  const node_id stranger{0xABCDEF};
  REQUIRE(bus.publish(ordered_in("room:a", 1), all));
  REQUIRE(bus.publish(ordered_in("room:a", 2), std::array{all.back(), stranger}));
  REQUIRE(bus.publish(ordered_in("room:a", 3), std::array{stranger}));
  REQUIRE(bus.publish(ordered_in("room:a", 4), {}));
  fixture.settle();
  for (std::size_t n = 0; n < fixture.nodes(); ++n) {
    const bool is_last = n + 1 == fixture.nodes();
    CHECK(fixture.arrived(n).offsets() ==
          (is_last ? std::vector<std::uint64_t>{1, 2} : std::vector<std::uint64_t>{1}));
  }
}

/// Promise 7: every kind and every field arrive unchanged, with arbitrary bytes.
template <class Fixture>
void envelopes_arrive_unchanged() {
  Fixture fixture;
  const std::string name = "room:\xc3\xa4 *>.$\"\\";
  const auto last = fixture.nodes() - 1;
  const auto sent = commands_to(name, ownership_of(fixture.bus(last), name));
  for (const auto& each : sent) REQUIRE(fixture.bus(last).publish(command{each}));
  const auto published = events_in(name);
  const std::array to{fixture.id(last)};
  for (const auto& each : published) REQUIRE(fixture.bus(0).publish(each, to));
  fixture.settle();
  const auto commands = fixture.arrived(0).commands();
  REQUIRE(commands.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) CHECK(same(commands[i], sent[i]));
  const auto events = fixture.arrived(last).events();
  REQUIRE(events.size() == published.size());
  for (std::size_t i = 0; i < published.size(); ++i) CHECK(same(*events[i], *published[i]));
}

/// Runs the contract tests that a bus of one node must pass, too; call it from one test case.
template <class Fixture>
void run_bus_contract() {
  SECTION("commands of one edge for one topic arrive in the order published") {
    commands_keep_their_order<Fixture>();
  }
  SECTION("events of one topic arrive in the order published") {
    events_of_a_topic_keep_their_order<Fixture>();
  }
  SECTION("a command goes to the owner that it names") {
    a_command_goes_to_the_owner_that_it_names<Fixture>();
  }
  SECTION("an event goes to the nodes that are named") {
    an_event_goes_to_the_nodes_that_are_named<Fixture>();
  }
  SECTION("commands and events arrive unchanged") { envelopes_arrive_unchanged<Fixture>(); }
}

}  // namespace roost::cluster::contract
