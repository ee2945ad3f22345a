// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_context.hpp"

#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

struct context_fixture {
  room_context::members members;
  room_random random{7};
  std::vector<room_effect> effects;
  room_context context{time_point{}, members, random, effects, 2};
};

}  // namespace

TEST_CASE("a context keeps the order of the effects") {
  context_fixture b;
  b.context.send({}, "one", json_payload("1"));
  b.context.broadcast("all", json_payload("2"));
  b.context.broadcast_to_others("others", json_payload("3"));
  b.context.kick({}, "rude");
  REQUIRE(b.effects.size() == 4);
  CHECK(std::get<send_effect>(b.effects[0]).event == "one");
  CHECK_FALSE(std::get<broadcast_effect>(b.effects[1]).skips_sender);
  CHECK(std::get<broadcast_effect>(b.effects[2]).skips_sender);
  CHECK(std::get<kick_effect>(b.effects[3]).reason == "rude");
}

TEST_CASE("an error of the catalogue has its usual response and a reason of the room its own") {
  context_fixture b;
  CHECK_FALSE(b.context.answer());
  b.context.refuse(errc::room_full);
  CHECK(b.context.answer()->why == errc::room_full);
  CHECK(b.context.answer()->response.data.view().empty());
  b.context.refuse("not \"you\"");
  CHECK(b.context.answer()->why == errc::room_refused);
  CHECK(b.context.answer()->response.data.view() == R"({"reason":"not \"you\"","code":115})");
}

TEST_CASE("the last answer and the last interval of a call count and an interval has a minimum") {
  context_fixture b;
  b.context.refuse("no");
  b.context.reply(json_payload("1"));
  CHECK(b.context.answer()->why == errc::none);
  CHECK(b.context.answer()->response.data.view() == "1");
  CHECK_FALSE(b.context.interval());
  b.context.stop_ticking();
  CHECK(b.context.interval() == milliseconds{});
  b.context.tick_every(milliseconds{1});
  CHECK(b.context.interval() == room_context::tick_min);
  CHECK(b.effects.empty());
}

TEST_CASE("a context records effects up to their greatest number and drops the rest") {
  context_fixture b;
  for (std::size_t i = 0; i < room_context::effects_max; ++i) b.context.kick({});
  CHECK_FALSE(b.context.is_over_bounds());
  b.context.kick({});
  CHECK(b.context.is_over_bounds());
  CHECK(b.effects.size() == room_context::effects_max);
}

TEST_CASE("a context records as many bytes as its bound and the pushed payload have") {
  context_fixture b;
  const std::string most(room_context::effects_bytes_max - 1, '1');
  b.context.broadcast("e", json_payload(most));
  b.context.broadcast("e", json_payload("1"));
  CHECK_FALSE(b.context.is_over_bounds());
  b.context.kick({}, "x");
  CHECK(b.context.is_over_bounds());
  CHECK(b.effects.size() == 2);
}

TEST_CASE("random numbers repeat with their seed") {
  room_random one{7};
  room_random other{7};
  const auto first = one();
  CHECK(first == other());
  CHECK(one() != first);
  CHECK(room_random{8}() != first);
}
