// SPDX-License-Identifier: Apache-2.0
#include "actors/node/node.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

TEST_CASE("a member gets the reply to its push and then its own broadcast") {
  node_fixture it;
  auto& client = it.open(0);
  it.join(client, "room:1");
  it.say(client, line("2", "room:1", "shout"));
  it.wait_for(client, "\"shout\"");
  const auto got = it.got(client);
  REQUIRE(got.size() == 3);
  CHECK(got[1].starts_with("[\"1\",\"2\",\"room:1\",\"phx_reply\""));
  CHECK(got[1].find("\"ok\"") != std::string::npos);
  CHECK(got[2] == "[null,null,\"room:1\",\"shout\",{\"n\":1}]");
}

TEST_CASE("members on both loops receive all events in the same order") {
  node_fixture it;
  std::vector<session_fixture*> clients;
  for (std::size_t i = 0; i < 6; ++i) clients.push_back(&it.open(i % 2));
  for (auto* each : clients) it.join(*each, "room:1");
  for (int i = 0; i < 50; ++i) {
    it.say(*clients[static_cast<std::size_t>(i) % 6], line("2", "room:1", "e" + std::to_string(i)));
  }
  std::vector<std::vector<std::string>> heard;
  for (auto* each : clients) {
    it.wait_for(*each, "[null,null,\"room:1\"", 50);
    auto got = it.got(*each);
    std::erase_if(got, [](const auto& text) { return !text.starts_with("[null"); });
    heard.push_back(std::move(got));
  }
  for (const auto& each : heard) CHECK(each == heard.front());
}

TEST_CASE("clients that push concurrently get their replies in order and receive every event") {
  node_fixture it;
  constexpr std::size_t clients_count = 8;
  constexpr std::size_t pushes = 100;
  std::vector<session_fixture*> clients;
  for (std::size_t i = 0; i < clients_count; ++i) clients.push_back(&it.open(i % 2));
  for (auto* each : clients) it.join(*each, "room:1");
  for (std::size_t n = 0; n < pushes; ++n) {
    for (auto* each : clients) it.say(*each, line(std::to_string(n), "room:1", "x"));
  }
  for (auto* each : clients) {
    it.wait_for(*each, "\"x\"", clients_count * pushes);
    std::size_t next = 0;
    for (const auto& text : it.got(*each)) {
      const auto answer = "[\"1\",\"" + std::to_string(next) + "\",";
      if (next < pushes && text.starts_with(answer)) ++next;
    }
    CHECK(next == pushes);
    it.wait_until(*each, [&] { return each->messages_answered == each->messages_sent; });
  }
}

TEST_CASE("drain closes existing and new connections with close code 1012") {
  node_fixture it;
  auto& one = it.open(0);
  auto& other = it.open(1);
  it.join(one, "room:1");
  it.node.drain();
  auto& late = it.open(0);
  for (auto* each : {&one, &other, &late}) {
    it.wait_until(*each, [&] { return each->close_reason == errc::drain; });
  }
  CHECK(row_of(late.close_reason).close_code == 1012);
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
  it.loops.wait_until(1, [&] { return it.node.connections_by_loop().on(loop_id{1}).empty(); });
}

TEST_CASE("a node stops while its clients push and leaves no actor behind") {
  for (int round = 0; round < 20; ++round) {
    node_fixture it;
    std::vector<session_fixture*> clients;
    for (std::size_t i = 0; i < 10; ++i) clients.push_back(&it.open(i % 2));
    for (auto* each : clients) {
      for (int n = 0; n < 10; ++n) {
        const auto room = "room:" + std::to_string(n);
        it.say(*each, line("1", room, "phx_join", "{}"));
        it.say(*each, line("2", room, "x"));
      }
    }
    it.end();  // returns only after every actor has ended
  }
}

TEST_CASE("a disconnected client leaves its rooms and the other members still receive events") {
  node_fixture it;
  auto& goes = it.open(0);
  auto& stays = it.open(1);
  it.join(goes, "room:1");
  it.join(stays, "room:1");
  it.close(goes);
  it.loops.wait_until(0, [&] { return it.node.connections_by_loop().on(loop_id{0}).empty(); });
  it.say(stays, line("2", "room:1", "still"));
  it.wait_for(stays, "\"still\"", 1);
  CHECK(goes.count("\"still\"") == 0);
  it.loops.wait_until(0, [&] { return it.probe.value(metrics::gauge::members) == 1; });
}
