// SPDX-License-Identifier: Apache-2.0
// Which channel a message belongs to: every form of join_ref that a client may send.
#include "actors/connection/channel_table.hpp"
#include "actors/messages/edge_request.hpp"
#include "tests/fixtures/message_result_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;
using asked = edge_request_kind;
using does = message_result::action_kind;

namespace {

message_result by(const net::inbound& in, const std::optional<channel_facts>& found = {},
                  std::size_t channels = 0) {
  static const settings config;
  return decide(in, found, channels, 9, {}, config, under_rules());
}

}  // namespace

TEST_CASE("a leave goes to the edge if its join_ref is null or the channel's") {
  for (const auto& ref : {net::ref{}, one, net::ref{"\"\\u0031\""}}) {
    const auto got = by(inbound_message("phx_leave", ref), joined, 1);
    check_forwarded(got, asked::leave);
    CHECK(got.request.serial == 4);
  }
}

TEST_CASE("a leave or push with a stale join_ref is dropped") {
  const net::ref stale{"\"3\""};
  CHECK(by(inbound_message("phx_leave", stale), joined, 1).action == does::drop);
  CHECK(by(inbound_message("phx_leave", stale), leaving, 1).action == does::drop);
  CHECK(by(inbound_message("msg", stale), joined, 1).action == does::drop);
}

TEST_CASE(
    "a leave with an impossible join_ref is refused and one with a bad payload still leaves") {
  auto leave = inbound_message("phx_leave", net::ref{R"("\ud83d")"});
  leave.refused = errc::invalid_payload;
  const auto got = by(leave, joined, 1);
  CHECK(got.action == does::forward);
  CHECK(got.request.kind == asked::answer);
  CHECK(got.request.why == errc::invalid_payload);
  leave.decoded.join_ref = one;
  check_forwarded(by(leave, joined, 1), asked::leave);
}

TEST_CASE("a numeric join_ref differs from its text except in binary frames") {
  const net::ref number{"1"};
  const channel_facts by_number{number, 4, false};
  for (const auto* event : {"msg", "phx_leave"}) {
    CHECK(by(inbound_message(event, number), joined, 1).action == does::drop);
    CHECK(by(inbound_message(event, one), by_number, 1).action == does::drop);
    auto binary = inbound_message(event, one);
    binary.decoded.is_from_binary_message = true;
    for (const auto& found : {joined, by_number}) {
      const auto got = by(binary, found, 1);
      CHECK(got.action == does::forward);
      CHECK(got.request.join_ref == found.join_ref);
    }
    binary.decoded.join_ref = net::ref{"\"2\""};
    CHECK(by(binary, joined, 1).action == does::drop);
  }
}

TEST_CASE("a message may name its channel by the ref of the join and the reply repeats that ref") {
  const net::ref zero{"0"};
  const net::ref two{"2"};
  auto join = inbound_message("phx_join", zero, "null");
  join.decoded.reference = two;
  channel_table<int> registry;
  const auto& opened = registry.open(by(join), "room:1", 0);
  CHECK(opened.join_ref() == zero);
  const channel_facts found{opened.join_ref(), 4, false, opened.join_reference()};
  for (const auto* event : {"msg", "phx_leave"}) {
    CHECK(by(inbound_message(event, two), found, 1).request.join_ref == two);
    CHECK(by(inbound_message(event, zero), found, 1).request.join_ref == zero);
    CHECK(by(inbound_message(event, {}), found, 1).request.join_ref == zero);
    CHECK(by(inbound_message(event, net::ref{"\"2\""}), found, 1).action == does::drop);
  }
}

TEST_CASE("a channel joined without a join_ref takes the ref of its join as join_ref") {
  const auto join = by(inbound_message("phx_join", {}));
  CHECK(join.request.join_ref.is_null());
  channel_table<int> registry;
  const channel_facts found{registry.open(join, "room:1", 0).join_ref(), 4, false};
  CHECK(found.join_ref == seven);
  for (const auto& ref : {net::ref{}, seven}) {
    const auto got = by(inbound_message("msg", ref), found, 1);
    check_forwarded(got, asked::push);
    CHECK(got.request.join_ref == seven);
    check_forwarded(by(inbound_message("phx_leave", ref), found, 1), asked::leave);
  }
  CHECK(by(inbound_message("msg", one), found, 1).action == does::drop);
  CHECK(by(inbound_message("phx_leave", one), found, 1).action == does::drop);
}

TEST_CASE("a leave of a topic that is not joined is ok and echoes the join_ref") {
  check_answered(by(inbound_message("phx_leave")), errc::none, one);
  check_answered(by(inbound_message("phx_leave", {})), errc::none, {});
}
