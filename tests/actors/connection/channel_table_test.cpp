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
  channel_table<int> table;
  auto& first = table.open(join_as(9), "room:1", 5);
  CHECK(first.edge == 5);
  CHECK(table.find("room:1")->join_ref() == one);
  CHECK(table.find("room:2") == nullptr);
  table.find("room:1")->serial = 10;
  CHECK_FALSE(table.ended(topic{"room:1"}, 9));
  CHECK_FALSE(table.ended(topic{"room:2"}, 10));
  CHECK(table.ended(topic{"room:1"}, 10));
  CHECK(table.find("room:1") == nullptr);
  CHECK_FALSE(table.ended(topic{"room:1"}, 10));
}

TEST_CASE("a table of thousands of channels counts them through leaves and rejoins and ends") {
  channel_table<int> table;
  constexpr int count = 5'000;
  const auto name = [](int i) { return "room:" + std::to_string(i); };
  for (int i = 0; i < count; ++i) {
    table.open(join_as(table.next_serial()), name(i), i);
  }
  CHECK(table.next_serial() == count + 1);
  for (int i = 0; i < count; i += 2) table.leave(*table.find(name(i)));
  CHECK(table.held() == count / 2);
  table.rejoin(*table.find(name(0)), join_as(table.next_serial()));
  CHECK(table.held() == count / 2 + 1);
  for (int i = 2; i < count; i += 2) {
    const auto serial = table.find(name(i))->serial;
    REQUIRE(table.ended(topic{name(i)}, serial));
  }
  CHECK(table.held() == count / 2 + 1);
  CHECK(table.size() == count / 2 + 1);
  int sum = 0;
  table.each([&sum](const auto& each) { sum += each.edge; });
  CHECK(sum == count / 2 * (count / 2));  // the channels with odd numbers and channel 0 remain
  table.clear();
  CHECK(table.held() == 0);
}
