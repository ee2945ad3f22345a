// SPDX-License-Identifier: Apache-2.0
// Channels that the server closes: the client receives phx_close in order, the owner a leave.
#include "actors/messages/edge_request.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = edge_fixture::lines;

namespace {

/// A close request by the server for this member's current channel.
std::uint64_t close(edge_fixture& b, std::uint64_t member) {
  auto request = b.asked(edge_request_kind::close, member, "x");
  request.join_ref = {};
  request.reference = {};
  request.bytes_in = 0;
  return b.ask(std::move(request));
}

}  // namespace

TEST_CASE(
    "a close by the server sends the owner a leave and the client phx_close without a reply") {
  edge_fixture b;
  b.enter(1);
  const auto number = close(b, 1);
  CHECK(b.commands() == lines{"leave 2"});
  CHECK(b.unicasts(1).empty());
  b.tell(b.answer(events::left{}, number, 1));
  CHECK(b.unicasts(1) == lines{"phx_close 1"});
  REQUIRE(b.out.unicasts.size() == 1);
  CHECK(b.out.unicasts[0].action == unicast::action_kind::end_channel);
  CHECK_FALSE(b.out.unicasts[0].gives_credit);
  CHECK(b.edge.channels() == 0);
}

TEST_CASE("a close by the server comes after all pending replies even that of the join") {
  edge_fixture b;
  b.enter(2);
  const auto join = b.join(1, "5");
  const auto push = b.push(1, "6");
  const auto number = close(b, 1);
  b.tell(b.answer(events::joined{}, join, 1));
  b.tell(b.ordered(1, push, 1));
  b.tell(b.answer(events::left{}, number, 1));
  const auto got = b.unicasts(1);
  CHECK(got.front() == "reply 5 ok");
  CHECK(got.back() == "phx_close 5");
  CHECK(std::count(got.begin(), got.end(), "reply 6 ok") == 1);
}

TEST_CASE("a join after a close by the server opens a new channel that stays open") {
  edge_fixture b;
  b.enter(1);
  const auto number = close(b, 1);
  const auto join = b.join(1, "8");
  b.tell(b.answer(events::left{}, number, 1));
  b.tell(b.answer(events::joined{}, join, 1));
  CHECK(b.unicasts(1) == lines{"phx_close 1", "reply 8 ok"});
  CHECK(b.edge.channels() == 1);
}

TEST_CASE("a close by the server sends nothing if a crash or a refusal has ended the channel") {
  edge_fixture crashed;
  crashed.enter(1);
  close(crashed, 1);
  crashed.incarnation = 2;
  crashed.tell(crashed.of_room(events::crashed{}));
  CHECK(crashed.unicasts(1) == lines{"phx_error 1"});
  crashed.out.clear();
  crashed.tell(crashed.answer(events::left{}, 2, 1));
  CHECK(crashed.unicasts(1).empty());
  edge_fixture refused;
  const auto join = refused.join(1, "1");
  const auto number = close(refused, 1);
  refused.tell(refused.answer(events::refused{}, join, 1));
  refused.out.clear();
  refused.tell(refused.answer(events::left{}, number, 1));
  CHECK(refused.unicasts(1).empty());
}
