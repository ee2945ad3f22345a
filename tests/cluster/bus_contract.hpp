// SPDX-License-Identifier: Apache-2.0
// Contract tests for cluster/bus.hpp that every bus implementation must pass.
//
// A fixture is default-constructible and offers
//   std::size_t nodes()                     the number of nodes, at least 1
//   cluster::bus& bus(std::size_t node)
//   std::vector<cluster::command> commands()                 received by owners, in order
//   std::vector<cluster::event_ptr> events(std::size_t node) received by that node, in order
//   void settle()                           returns after everything published has arrived
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cluster/bus.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/same_envelope.hpp"

namespace roost::cluster::contract {

inline payload json_of(std::uint64_t number) {
  return {slice::of(bytes_ptr::copy("{\"n\":" + std::to_string(number) + "}"))};
}

inline command push_to(std::string_view topic_name, edge_id from, std::uint64_t number) {
  return {topic{topic_name},
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
  return share(
      {topic{topic_name}, epoch{at + 7}, epoch{at + 8}, "e5", offset{at}, std::move(kind)});
}

inline event_ptr ordered_in(std::string_view topic_name, std::uint64_t at) {
  return event_in(topic_name, at, ordered_body(at));
}

/// A command of each kind.
inline std::vector<command> commands_to(std::string_view topic_name) {
  const edge_id from{node_id{~0ULL}, ~0ULL};
  const position at{"e\"5", offset{6}};
  const side_state_cursor cursor{side_state_cursor::stage::presence, 1, 2, 3};
  std::vector<command> out;
  const auto add = [&](auto kind) {
    const auto number = out.size() + 1;
    out.push_back({topic{topic_name}, {from, number, connection_id{number}}, 1, std::move(kind)});
  };
  add(commands::join{"ann", json_of(1), at, 7});
  add(commands::join{});
  add(commands::leave{});
  add(commands::push{"ann", "event", json_of(2), "key"});
  add(commands::describe{"ann", json_of(3)});
  add(commands::mark_read{"ann", at});
  add(commands::fetch{offset{4}, true});
  add(commands::fetch_side_state{cursor, 5});
  add(commands::publish{"event", json_of(4), "key"});
  add(commands::query{at, 8, true});
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
  add(events::ephemeral{id.edge, id.member, true, "typing", json_of(3)});
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
        (void)out.publish(push_to(i % 2 ? "room:a" : "room:b", {node_id{n + 1}, 1}, i));
      }
    });
  }
  for (auto& edge : edges) edge.join();
  fixture.settle();
  std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> last;
  for (const auto& got : fixture.commands()) {
    auto& before = last[{got.id.edge.node.value, got.topic.name}];
    CHECK(got.id.number > before);
    before = got.id.number;
  }
  CHECK(fixture.commands().size() == 4 * each);
}

/// Promise 1 for events.
template <class Fixture>
void events_of_a_topic_keep_their_order() {
  Fixture fixture;
  for (const auto* name : {"room:a", "room:b"}) fixture.bus(0).subscribe(topic{name});
  std::vector<std::thread> owners;
  for (const auto* name : {"room:a", "room:b"}) {
    owners.emplace_back([&fixture, name] {
      for (std::uint64_t at = 1; at <= 500; ++at) {
        (void)fixture.bus(fixture.nodes() - 1).publish(ordered_in(name, at));
      }
    });
  }
  for (auto& owner : owners) owner.join();
  fixture.settle();
  std::map<std::string, std::uint64_t> last;
  for (const auto& got : fixture.events(0)) CHECK(got->at.value == ++last[got->topic->name]);
  CHECK(last == std::map<std::string, std::uint64_t>{{"room:a", 500}, {"room:b", 500}});
}

/// Promise 2.
template <class Fixture>
void an_event_reaches_every_node_that_subscribed_before() {
  Fixture fixture;
  for (std::size_t n = 0; n < fixture.nodes(); ++n) fixture.bus(n).subscribe(topic{"room:a"});
  REQUIRE(fixture.bus(0).publish(ordered_in("room:a", 1)));
  fixture.settle();
  for (std::size_t n = 0; n < fixture.nodes(); ++n) CHECK(fixture.events(n).size() == 1);
}

/// Promise 3, for topics without any subscription and for topics with similar names.
template <class Fixture>
void nothing_arrives_for_a_topic_without_a_subscription() {
  Fixture fixture;
  auto& bus = fixture.bus(0);
  bus.subscribe(topic{"room:a"});
  bus.unsubscribe(topic{"room:a"});
  bus.subscribe(topic{"room:ab"});
  for (const auto* name : {"room:a", "room:", "room:b", "room:abc"}) {
    REQUIRE(bus.publish(ordered_in(name, 1)));
  }
  fixture.settle();
  CHECK(fixture.events(0).empty());
  bus.subscribe(topic{"room:a"});
  REQUIRE(bus.publish(ordered_in("room:a", 2)));
  fixture.settle();
  REQUIRE(fixture.events(0).size() == 1);
  CHECK(fixture.events(0)[0]->at == offset{2});
}

/// Promise 4: every kind and every field arrive unchanged, with arbitrary bytes.
template <class Fixture>
void envelopes_arrive_unchanged() {
  Fixture fixture;
  const std::string name = "room:\xc3\xa4 *>.$\"\\";
  fixture.bus(0).subscribe(topic{name});
  const auto sent = commands_to(name);
  for (const auto& each : sent) REQUIRE(fixture.bus(0).publish(command{each}));
  const auto published = events_in(name);
  for (const auto& each : published) REQUIRE(fixture.bus(0).publish(each));
  fixture.settle();
  const auto commands = fixture.commands();
  REQUIRE(commands.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) CHECK(same(commands[i], sent[i]));
  const auto events = fixture.events(0);
  REQUIRE(events.size() == published.size());
  for (std::size_t i = 0; i < published.size(); ++i) CHECK(same(*events[i], *published[i]));
}

/// Promise 5: with two subscriptions each event arrives once, until the second unsubscribe.
template <class Fixture>
void subscriptions_count() {
  Fixture fixture;
  auto& bus = fixture.bus(0);
  const topic topic{"room:a"};
  bus.unsubscribe(topic);  // not subscribed: no effect
  bus.subscribe(topic);
  bus.subscribe(topic);
  REQUIRE(bus.publish(ordered_in("room:a", 1)));
  bus.unsubscribe(topic);
  REQUIRE(bus.publish(ordered_in("room:a", 2)));
  bus.unsubscribe(topic);
  REQUIRE(bus.publish(ordered_in("room:a", 3)));
  fixture.settle();
  const auto events = fixture.events(0);
  REQUIRE(events.size() == 2);
  CHECK(events[0]->at == offset{1});
  CHECK(events[1]->at == offset{2});
}

/// Subscription changes on other threads do not disturb the delivery to other subscribers.
template <class Fixture>
void subscriptions_may_change_on_other_threads() {
  Fixture fixture;
  fixture.bus(0).subscribe(topic{"room:a"});
  std::thread others([&fixture] {
    for (int i = 0; i < 2000; ++i) {
      const topic room_topic{i % 2 ? "room:a" : "room:" + std::to_string(i)};
      fixture.bus(0).subscribe(room_topic);
      fixture.bus(0).unsubscribe(room_topic);
    }
  });
  for (std::uint64_t at = 1; at <= 2000; ++at) {
    (void)fixture.bus(0).publish(ordered_in("room:a", at));
  }
  others.join();
  fixture.settle();
  const auto events = fixture.events(0);
  REQUIRE(events.size() == 2000);
  for (std::uint64_t at = 1; at <= 2000; ++at) REQUIRE(events[at - 1]->at.value == at);
}

/// Runs all contract tests; call it from one test case for each bus.
template <class Fixture>
void run_bus_contract() {
  SECTION("commands of one edge for one topic arrive in the order published") {
    commands_keep_their_order<Fixture>();
  }
  SECTION("events of one topic arrive in the order published") {
    events_of_a_topic_keep_their_order<Fixture>();
  }
  SECTION("an event reaches every node that subscribed to its topic before") {
    an_event_reaches_every_node_that_subscribed_before<Fixture>();
  }
  SECTION("nothing arrives for a topic without a subscription") {
    nothing_arrives_for_a_topic_without_a_subscription<Fixture>();
  }
  SECTION("commands and events arrive unchanged") { envelopes_arrive_unchanged<Fixture>(); }
  SECTION("a topic that was subscribed twice must be unsubscribed twice") {
    subscriptions_count<Fixture>();
  }
  SECTION("subscriptions can change on another thread during delivery") {
    subscriptions_may_change_on_other_threads<Fixture>();
  }
}

}  // namespace roost::cluster::contract
