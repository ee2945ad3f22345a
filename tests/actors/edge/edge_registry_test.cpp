// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/edge_registry.hpp"

#include <thread>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

TEST_CASE("a topic has one edge while it is held and a new one after the last release") {
  node_fixture it;
  auto& edges = it.node.edges();
  const topic topic{"room:1"};
  CHECK_FALSE(edges.find(topic));
  const auto first = edges.acquire(topic);
  CHECK(edges.acquire(topic) == first);
  CHECK(edges.find(topic) == first);
  edges.release(topic);
  CHECK(edges.find(topic) == first);
  edges.release(topic);
  edges.release(topic);  // an extra release has no effect
  it.settle();
  CHECK_FALSE(edges.find(topic));
  edges.release(topic);
  const auto second = edges.acquire(topic);
  CHECK(second != first);
  edges.release(topic);
}

TEST_CASE("an edge that is acquired again before it has ended stays") {
  node_fixture it;
  auto& edges = it.node.edges();
  const topic topic{"room:1"};
  const auto first = edges.acquire(topic);
  it.loops.on(it.node.scheduler().home_of(topic).home().id().value, [&] {
    edges.release(topic);  // this occupies the edge's loop, so it cannot end yet
    CHECK(edges.acquire(topic) == first);
  });
  it.settle();
  CHECK(edges.find(topic) == first);
  CHECK_FALSE(edges.retire(topic));
  edges.release(topic);
  CHECK(edges.retire(topic));
  CHECK_FALSE(edges.find(topic));
  CHECK(edges.retire(topic));  // no reference is left
}

TEST_CASE("threads that acquire and release one topic never lose an edge that is held") {
  node_fixture it;
  auto& edges = it.node.edges();
  const topic topic{"room:1"};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        const auto mine = edges.acquire(topic);
        if (edges.find(topic) != mine) ++wrong;
        edges.release(topic);
      }
    });
  }
  for (auto& each : threads) each.join();
  CHECK(wrong == 0);
  it.settle();
  CHECK_FALSE(edges.find(topic));
}
