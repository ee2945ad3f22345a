// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/heartbeat_queue.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using cluster::heartbeat_queue;

std::size_t push(heartbeat_queue& to, std::uint64_t node, std::string_view text) {
  return to.push(node_id{node}, slice::of(bytes_ptr::copy(text)));
}

std::vector<std::string> taken(heartbeat_queue& from) {
  std::vector<std::string> out;
  for (const auto& each : from.take()) out.emplace_back(each.view());
  return out;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("heartbeats of all nodes keep their order") {
  heartbeat_queue queue(2, 10'000);
  CHECK(queue.empty());
  CHECK(push(queue, 1, "1a") == 0);
  CHECK(push(queue, 2, "2a") == 0);
  CHECK(push(queue, 1, "1b") == 0);
  CHECK_FALSE(queue.empty());
  CHECK(taken(queue) == texts{"1a", "2a", "1b"});
  CHECK(queue.empty());
}

TEST_CASE("the oldest heartbeat of a node gives way to its newest") {
  heartbeat_queue queue(2, 10'000);
  push(queue, 1, "1a");
  push(queue, 2, "2a");
  push(queue, 2, "2b");
  CHECK(push(queue, 2, "2c") == 1);
  CHECK(push(queue, 2, "2d") == 1);
  CHECK(taken(queue) == texts{"1a", "2c", "2d"});
  // Heartbeats that were taken do not count.
  CHECK(push(queue, 2, "2e") == 0);
  CHECK(push(queue, 2, "2f") == 0);
  CHECK(taken(queue) == texts{"2e", "2f"});
}

TEST_CASE("above the bound of all heartbeats the oldest go") {
  heartbeat_queue queue(100, 5'000);
  const std::string large(2'000, 'x');
  CHECK(push(queue, 1, "1a") == 0);
  CHECK(push(queue, 2, large) == 0);
  CHECK(push(queue, 3, large) == 0);
  CHECK(push(queue, 4, large) == 2);
  CHECK(push(queue, 1, "1b") == 0);
  CHECK(taken(queue) == texts{large, large, "1b"});
  CHECK(push(queue, 1, std::string(5'000, 'x')) == 1);
  CHECK(queue.empty());
}
