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
#include <string>
#include <thread>
#include <vector>

#include "cluster/bus.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster::contract {

inline command push_to(std::string_view topic_name, edge_id from, std::uint64_t number) {
  command out;
  out.topic = topic{topic_name};
  out.from = from;
  out.number = number;
  out.kind = command_kind::push;
  out.member = connection_id{number * 7};
  out.event = "event " + std::to_string(number);
  out.payload = {slice::of(bytes_ptr::copy("{\"n\":" + std::to_string(number) + "}"))};
  out.answered = number / 2;
  out.user = "user " + std::to_string(number % 3);
  out.idempotency_key = "key " + std::to_string(number);
  out.from_position = position{"e\"5", offset{number}};
  out.history = static_cast<std::uint32_t>(number % 100);
  return out;
}

inline event_ptr ordered_in(std::string_view topic_name, std::uint64_t at) {
  event out;
  out.topic = topic{topic_name};
  out.kind = event_kind::ordered;
  out.origin = {node_id{1}, 9};
  out.number = at + 100;
  out.member = connection_id{at * 3};
  out.epoch_text = "e5";
  out.at = offset{at};
  out.skips_origin = at % 2 == 0;
  out.why = errc::none;
  out.name = "event " + std::to_string(at);
  out.payload = {slice::of(bytes_ptr::copy(std::string("\0\xff", 2) + std::to_string(at))),
                 payload_kind::binary};
  out.incarnation = epoch{at + 7};
  out.epoch_number = epoch{at + 8};
  return share(std::move(out));
}

/// An answer to a join or a fetch that contains events.
inline event_ptr answer_in(std::string_view topic_name, event_kind kind) {
  event out = *ordered_in(topic_name, 9);
  out.kind = kind;
  out.events = {ordered_in(topic_name, 7), ordered_in(topic_name, 8)};
  out.joined_at = offset{8};
  out.after = offset{6};
  out.missed = 2;
  out.recovered = true;
  out.side_state.emplace_back("presence_state", payload{slice::of(bytes_ptr::copy("{}"))});
  return share(std::move(out));
}

inline void same(const command& got, const command& sent) {
  CHECK(got.topic == sent.topic);
  CHECK(got.from == sent.from);
  CHECK(got.number == sent.number);
  CHECK(got.kind == sent.kind);
  CHECK(got.member == sent.member);
  CHECK(got.event == sent.event);
  CHECK(got.payload.data.view() == sent.payload.data.view());
  CHECK(got.payload.is_binary() == sent.payload.is_binary());
  CHECK(got.answered == sent.answered);
  CHECK(got.user == sent.user);
  CHECK(got.idempotency_key == sent.idempotency_key);
  REQUIRE(got.from_position.has_value() == sent.from_position.has_value());
  if (sent.from_position) {
    CHECK(got.from_position->epoch == sent.from_position->epoch);
    CHECK(got.from_position->at == sent.from_position->at);
  }
  CHECK(got.history == sent.history);
}

inline void same(const event& got, const event& sent) {
  CHECK(got.topic == sent.topic);
  CHECK(got.kind == sent.kind);
  CHECK(got.origin == sent.origin);
  CHECK(got.number == sent.number);
  CHECK(got.member == sent.member);
  CHECK(got.epoch_text == sent.epoch_text);
  CHECK(got.at == sent.at);
  CHECK(got.skips_origin == sent.skips_origin);
  CHECK(got.why == sent.why);
  CHECK(got.name == sent.name);
  CHECK(got.payload.data.view() == sent.payload.data.view());
  CHECK(got.payload.is_binary() == sent.payload.is_binary());
  CHECK(got.incarnation == sent.incarnation);
  CHECK(got.epoch_number == sent.epoch_number);
  CHECK(got.joined_at == sent.joined_at);
  CHECK(got.after == sent.after);
  CHECK(got.missed == sent.missed);
  CHECK(got.recovered == sent.recovered);
  REQUIRE(got.events.size() == sent.events.size());
  for (std::size_t i = 0; i < sent.events.size(); ++i) same(*got.events[i], *sent.events[i]);
  REQUIRE(got.side_state.size() == sent.side_state.size());
  for (std::size_t i = 0; i < sent.side_state.size(); ++i) {
    CHECK(got.side_state[i].first == sent.side_state[i].first);
    CHECK(got.side_state[i].second.data.view() == sent.side_state[i].second.data.view());
  }
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
    auto& before = last[{got.from.node.value, got.topic.name}];
    CHECK(got.number > before);
    before = got.number;
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
  auto joins = push_to(name, {node_id{~0ULL}, ~0ULL}, ~0ULL / 7);
  joins.kind = command_kind::join;
  auto leaves = push_to(name, {node_id{2}, 3}, 2);
  leaves.kind = command_kind::leave;
  leaves.payload = {};
  leaves.from_position.reset();
  leaves.history.reset();
  const auto pushes = push_to(name, {node_id{3}, 3}, 3);
  for (const auto& sent : {joins, leaves, pushes}) REQUIRE(fixture.bus(0).publish(command{sent}));
  std::vector<event_ptr> published;
  using kind = event_kind;
  for (auto event_kind : {kind::ordered, kind::notification, kind::ephemeral, kind::head,
                          kind::crashed, kind::left, kind::done, kind::repeated, kind::refused}) {
    event next = *ordered_in(name, published.size() + 1);
    next.kind = event_kind;
    next.why = event_kind == kind::refused ? errc::room_full : errc::none;
    published.push_back(share(std::move(next)));
  }
  for (auto answer_kind : {kind::joined, kind::page})
    published.push_back(answer_in(name, answer_kind));
  for (const auto& each : published) REQUIRE(fixture.bus(0).publish(each));
  fixture.settle();
  const auto commands = fixture.commands();
  REQUIRE(commands.size() == 3);
  same(commands[0], joins);
  same(commands[1], leaves);
  same(commands[2], pushes);
  const auto events = fixture.events(0);
  REQUIRE(events.size() == published.size());
  for (std::size_t i = 0; i < published.size(); ++i) same(*events[i], *published[i]);
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
