// SPDX-License-Identifier: Apache-2.0
#include "bench/load/kill_rooms.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost::bench;

namespace {

constexpr auto push_reply = R"(["1","00000003","echo:00012","phx_reply",{"status":"ok","response":)"
                            R"({"epoch":"k3j9x0a1b2c4","offset":7}}])";

}  // namespace

TEST_CASE("a reply to a push tells its room and its epoch") {
  CHECK(room_of(push_reply) == 12);
  CHECK(epoch_of(push_reply) == "k3j9x0a1b2c4");
  CHECK(epoch_of(R"(["1","1","echo:00012","phx_reply",{"status":"ok","response":{}}])").empty());
}

TEST_CASE("the rooms of the epochs that are silent after the kill were the killed node's") {
  room_owners owners(4);
  for (const unsigned room : {0U, 1U}) owners.answered(room, "a", 100);
  for (const unsigned room : {2U, 3U}) owners.answered(room, "b", 100);
  owners.answered(2, "b", 201);
  CHECK(owners.decide(50, 200).empty());
  CHECK(owners.is_taken(0));
  CHECK(owners.is_taken(1));
  CHECK_FALSE(owners.is_taken(2));
  CHECK_FALSE(owners.is_taken(3));
}

TEST_CASE("new epochs after the kill do not change which rooms were taken over") {
  room_owners owners(2);
  owners.answered(0, "a", 100);
  owners.answered(1, "b", 300);
  REQUIRE(owners.decide(50, 200).empty());
  owners.answered(0, "c", 400);
  CHECK(owners.is_taken(0));
  CHECK(owners.epochs() == 2);
}

TEST_CASE("it is not decided which rooms were taken over while that is not clear") {
  room_owners owners(2);
  owners.answered(0, "a", 100);
  CHECK(owners.decide(50, 200) == "a room was never pushed into");
  owners.answered(1, "b", 40);
  CHECK(owners.decide(50, 200) == "too few steady rooms: none has the owner of some rooms");
  owners.answered(1, "b", 100);
  CHECK(owners.decide(50, 200) == "every room was the killed node's");
  CHECK(owners.decide(50, 100) == "no room was the killed node's");
}
