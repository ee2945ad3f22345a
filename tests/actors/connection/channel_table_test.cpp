// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/channel_table.hpp"

#include "actors/messages/edge_request.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

const net::ref one{"\"1\""};

/// The result of decide() for a join.
message_result join_as(channel_serial serial) {
  message_result out;
  out.action = message_result::action_kind::open;
  out.request.kind = edge_request_kind::join;
  out.request.join_ref = one;
  out.request.serial = serial;
  return out;
}

}  // namespace

TEST_CASE("a channel that ends is removed unless a newer join replaced it") {
  channel_table<int> registry;
  auto& first = registry.open(join_as(9), "room:1", 5);
  CHECK(first.edge == 5);
  CHECK(registry.find("room:1")->join_ref == one);
  CHECK(registry.find("room:2") == nullptr);
  registry.find("room:1")->serial = 10;
  CHECK_FALSE(registry.ended(topic{"room:1"}, 9));
  CHECK_FALSE(registry.ended(topic{"room:2"}, 10));
  CHECK(registry.ended(topic{"room:1"}, 10));
  CHECK(registry.find("room:1") == nullptr);
  CHECK_FALSE(registry.ended(topic{"room:1"}, 10));
}

TEST_CASE("a table of thousands of channels counts them through leaves and rejoins and ends") {
  channel_table<int> registry;
  constexpr int count = 5'000;
  const auto name = [](int i) { return "room:" + std::to_string(i); };
  for (int i = 0; i < count; ++i) {
    registry.open(join_as(registry.next_serial()), name(i), i);
  }
  CHECK(registry.next_serial() == count + 1);
  for (int i = 0; i < count; i += 2) registry.leave(*registry.find(name(i)));
  CHECK(registry.held() == count / 2);
  registry.rejoin(*registry.find(name(0)), join_as(registry.next_serial()));
  CHECK(registry.held() == count / 2 + 1);
  for (int i = 2; i < count; i += 2) {
    const auto serial = registry.find(name(i))->serial;
    REQUIRE(registry.ended(topic{name(i)}, serial));
  }
  CHECK(registry.held() == count / 2 + 1);
  CHECK(registry.size() == count / 2 + 1);
  int sum = 0;
  registry.each([&sum](const auto& each) { sum += each.edge; });
  CHECK(sum == count / 2 * (count / 2));  // odd numbers remain, and 0
  registry.clear();
  CHECK(registry.held() == 0);
}
