#include "actors/room/edge_directory.hpp"

#include <thread>
#include <vector>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;

TEST_CASE("a topic has one edge while anyone holds it, and a new one after the last release") {
  node_fixture it;
  auto& edges = *it.node.context().edges;
  const topic where{"room:1"};
  CHECK_FALSE(edges.find(where));
  const auto first = edges.acquire(where);
  CHECK(edges.acquire(where) == first);
  CHECK(edges.find(where) == first);
  edges.release(where);
  CHECK(edges.find(where) == first);
  edges.release(where);
  edges.release(where);  // an extra release has no effect
  it.settle();
  CHECK_FALSE(edges.find(where));
  edges.release(where);
  const auto second = edges.acquire(where);
  CHECK(second != first);
  edges.release(where);
}

TEST_CASE("an edge that somebody acquires again before it has ended stays") {
  node_fixture it;
  auto& edges = *it.node.context().edges;
  const topic where{"room:1"};
  const auto first = edges.acquire(where);
  it.loops.on(it.node.context().home_of(where).home().id().value, [&] {
    edges.release(where);  // this occupies the edge's loop, so it cannot end yet
    CHECK(edges.acquire(where) == first);
  });
  it.settle();
  CHECK(edges.find(where) == first);
  CHECK_FALSE(edges.retire(where));
  edges.release(where);
  CHECK(edges.retire(where));
  CHECK_FALSE(edges.find(where));
  CHECK(edges.retire(where));  // no reference is left
}

TEST_CASE("threads that acquire and release one topic never lose it under a holder") {
  node_fixture it;
  auto& edges = *it.node.context().edges;
  const topic where{"room:1"};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        const auto mine = edges.acquire(where);
        if (edges.find(where) != mine) ++wrong;
        edges.release(where);
      }
    });
  }
  for (auto& each : threads) each.join();
  CHECK(wrong == 0);
  it.settle();
  CHECK_FALSE(edges.find(where));
}
