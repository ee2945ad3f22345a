// SPDX-License-Identifier: Apache-2.0
#include "actors/api/api_edge_cache.hpp"

#include "actors/edge/edge_registry.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;
using std::chrono::seconds;

namespace {

const time_point start{std::chrono::hours(1)};
const topic room_topic{"room:1"};

}  // namespace

TEST_CASE("an unused edge stays cached for a while and is reused meanwhile") {
  node_fixture it(1);
  auto& edges = it.node.edges();
  it.loops.on(0, [&] {
    api_edge_cache held(edges);
    const auto first = held.take(room_topic);
    held.give_back(room_topic, start);
    held.sweep(start + seconds(4));
    CHECK(edges.find(room_topic) == first);
    CHECK(held.take(room_topic) == first);
    held.sweep(start + seconds(60));
    CHECK(held.size() == 1);  // still in use, so it does not expire
    held.give_back(room_topic, start + seconds(60));
    held.sweep(start + seconds(65));
    CHECK(held.empty());
  });
  it.loops.wait_until(0, [&] { return !edges.find(room_topic); });
}

TEST_CASE("an edge with two users stays cached when one of them gives it back") {
  node_fixture it(1);
  it.loops.on(0, [&] {
    api_edge_cache held(it.node.edges());
    held.take(room_topic);
    held.take(room_topic);
    held.give_back(room_topic, start);
    held.sweep(start + seconds(60));
    CHECK(held.size() == 1);
    held.release_all();
    CHECK(held.empty());
  });
}

TEST_CASE("the number of unused edges in the cache is bounded") {
  node_fixture it(1);
  it.loops.on(0, [&] {
    api_edge_cache held(it.node.edges());
    for (std::size_t i = 0; i < api_edge_cache::idle_max + 10; ++i) {
      const roost::topic each{"room:" + std::to_string(i)};
      held.take(each);
      held.give_back(each, start);
    }
    CHECK(held.size() == api_edge_cache::idle_max);
    held.release_all();
  });
}
