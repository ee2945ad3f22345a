// SPDX-License-Identifier: Apache-2.0
#include "actors/room/waiting_commands.hpp"

#include <algorithm>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

cluster::command push_of(std::size_t bytes) {
  cluster::commands::push push;
  push.payload.data = slice::of(bytes_ptr::copy(std::string(bytes, 'x')));
  return {topic{"room:1"}, 0, {}, 0, std::move(push)};
}

constexpr std::size_t no_bound = 1'000'000'000;

}  // namespace

TEST_CASE("commands that wait for a room are bounded in number and bytes") {
  std::size_t all = 0;
  waiting_commands queue(all, no_bound);
  for (std::size_t i = 0; i < waiting_commands::commands_max; ++i) {
    REQUIRE(queue.has_space_for(push_of(0)));
    queue.add(push_of(0));
  }
  CHECK_FALSE(queue.has_space_for(push_of(0)));
  CHECK(queue.take().size() == waiting_commands::commands_max);
  CHECK(queue.empty());
  CHECK(queue.has_space_for(push_of(2 * waiting_commands::bytes_max)));  // any one command
  queue.add(push_of(waiting_commands::bytes_max / 2));
  CHECK_FALSE(queue.has_space_for(push_of(waiting_commands::bytes_max / 2)));
}

TEST_CASE("the rooms of a loop share a bound, and a room that ends gives its part back") {
  std::size_t all = 0;
  waiting_commands one(all, 10'000);
  {
    waiting_commands other(all, 10'000);
    other.add(push_of(6'000));
    CHECK_FALSE(one.has_space_for(push_of(6'000)));
  }
  CHECK(all == 0);
  CHECK(one.has_space_for(push_of(6'000)));
}

TEST_CASE("the commands of a node that has left do not wait any longer") {
  std::size_t all = 0;
  waiting_commands queue(all, no_bound);
  for (const std::uint64_t node : {1U, 2U, 1U}) {
    queue.add(push_of(100));
    auto next = push_of(50);
    next.id.edge.node = node_id{node};
    queue.add(std::move(next));
  }
  queue.forget(node_id{1});
  const auto left = queue.take();
  REQUIRE(left.size() == 4);
  CHECK(
      std::ranges::none_of(left, [](const auto& each) { return each.id.edge.node == node_id{1}; }));
  CHECK(all == 0);
}
