// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/link_set.hpp"

#include <utility>

#include "tests/cluster/view/heartbeats.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;
using namespace roost::cluster::tests;

namespace {

slice envelope_of(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

struct linked_nodes {
  explicit linked_nodes(const link_limits& limits = {})
      : a(node_id{1}, limits, {}), b(node_id{2}, limits, {}) {
    const auto view = view_of({{1, node_state::up}, {2, node_state::up}});
    a.use(view);
    b.use(view);
    exchange();
  }
  std::size_t exchange() {
    std::size_t arrived = 0;
    for (int i = 0; i < 4; ++i) {
      for (auto& frame : a.flush()) arrived += b.receive(std::move(frame)).size();
      for (auto& frame : b.flush()) arrived += a.receive(std::move(frame)).size();
    }
    return arrived;
  }
  link_set a;
  link_set b;
};

using node_list = std::vector<node_id>;

}  // namespace

TEST_CASE("an envelope reaches the node that it is for") {
  linked_nodes it;
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  CHECK(it.exchange() == 1);
  CHECK(it.a.take_broken().empty());
}

TEST_CASE("an envelope to a node outside of the view is unavailable") {
  linked_nodes it;
  CHECK(it.a.push(node_id{3}, envelope_of("hello")).failure().code == errc::unavailable);
  CHECK(it.a.push(node_id{1}, envelope_of("hello")).failure().code == errc::unavailable);
}

TEST_CASE("an envelope above the bound of a frame is refused") {
  linked_nodes it;
  const std::string large(link_limits{}.envelope_bytes_max + 1, 'x');
  CHECK(it.a.push(node_id{2}, envelope_of(large)).failure().code == errc::payload_too_large);
  CHECK(it.a.take_broken().empty());
}

TEST_CASE(
    "the link with a node that leaves the view breaks, and another one begins if it returns") {
  linked_nodes it;
  it.a.use(view_of({{1, node_state::up}}));
  CHECK(it.a.take_broken() == node_list{node_id{2}});
  CHECK(it.a.take_broken().empty());
  CHECK(it.b.push(node_id{1}, envelope_of("lost")));
  for (auto& frame : it.b.flush()) CHECK(it.a.receive(std::move(frame)).empty());
  CHECK(it.a.counts().strangers == 1);
  it.a.use(view_of({{1, node_state::up}, {2, node_state::up}}));
  CHECK(it.exchange() == 0);
  CHECK(it.b.take_broken() == node_list{node_id{1}});
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  CHECK(it.exchange() == 1);
}

TEST_CASE("a reconnect breaks all links, at both ends") {
  linked_nodes it;
  CHECK(it.a.push(node_id{2}, envelope_of("lost")));
  it.a.break_all();
  CHECK(it.exchange() == 0);
  CHECK(it.a.take_broken() == node_list{node_id{2}});
  CHECK(it.b.take_broken() == node_list{node_id{1}});
}

TEST_CASE("a link can be broken from outside, at both ends") {
  linked_nodes it;
  CHECK(it.a.push(node_id{2}, envelope_of("lost")));
  it.a.break_link(node_id{2});
  it.a.break_link(node_id{3});  // no such link
  CHECK(it.a.is_broken(node_id{2}));
  CHECK(it.exchange() == 0);
  CHECK(it.a.take_broken() == node_list{node_id{2}});
  CHECK_FALSE(it.a.is_broken(node_id{2}));
  CHECK(it.b.take_broken() == node_list{node_id{1}});
}

TEST_CASE("a node that left and came back before its break was taken has a broken link") {
  linked_nodes it;
  it.a.use(view_of({{1, node_state::up}}));
  it.a.use(view_of({{1, node_state::up}, {2, node_state::up}}));
  CHECK(it.a.take_left().empty());
  CHECK(it.a.is_broken(node_id{2}));
  CHECK(it.a.take_broken() == node_list{node_id{2}});
}

TEST_CASE("the break with a node that left can be taken by itself, and is told once") {
  linked_nodes it;
  it.a.use(view_of({{1, node_state::up}}));
  CHECK(it.a.is_broken(node_id{2}));
  CHECK(it.a.take_left() == node_list{node_id{2}});
  CHECK(it.a.take_broken().empty());
}

TEST_CASE("a set of links tells whether a flush has left something to send") {
  link_limits limits;
  limits.frame_bytes_max = 10;
  linked_nodes it{limits};
  CHECK_FALSE(it.a.has_unsent());
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  CHECK(it.a.push(node_id{2}, envelope_of("again")));
  CHECK(it.a.has_unsent());
  CHECK(it.a.flush().size() == 1);
  CHECK(it.a.has_unsent());
  CHECK(it.a.flush().size() == 1);
  CHECK_FALSE(it.a.has_unsent());
}

TEST_CASE("a heartbeat names the last number of each link, and one without it breaks the link") {
  linked_nodes it;
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  it.exchange();
  auto heard = heartbeat_of(1, 1);
  it.a.announce_in(heard);
  REQUIRE(heard.links.size() == 1);
  CHECK(heard.links.front().peer == node_id{2});
  CHECK(heard.links.front().last == 1);
  it.b.hear(heard, test_start);
  CHECK(it.b.take_broken().empty());
  heard.links.clear();
  it.b.hear(heard, test_start);
  CHECK(it.b.take_broken() == node_list{node_id{1}});
}

TEST_CASE("a frame for another node is counted and dropped") {
  linked_nodes it;
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  auto frame = it.a.flush().front();
  frame.to = node_id{3};
  CHECK(it.b.receive(std::move(frame)).empty());
  CHECK(it.b.counts().strangers == 1);
}

TEST_CASE("the links that are up and the bytes that wait in them are known") {
  linked_nodes it;
  CHECK(it.a.sizes().linked == 1);
  CHECK(it.a.sizes().queued_bytes == 0);
  CHECK(it.a.push(node_id{2}, envelope_of("hello")));
  CHECK(it.a.sizes().queued_bytes > 5);
  it.a.break_all();
  CHECK(it.a.sizes().linked == 0);
  CHECK(it.a.sizes().queued_bytes == 0);
}
