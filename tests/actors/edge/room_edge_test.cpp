// SPDX-License-Identifier: Apache-2.0
// Joins, leaves and pushes through an edge, as clients observe them.
#include "actors/edge/room_edge.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

namespace {

const net::wire_format v1{net::codec_id::v1};

std::string ok(std::string_view join_ref, std::string_view reference, int offset,
               std::string_view epoch_text = "e1") {
  return "[\"" + std::string(join_ref) + "\",\"" + std::string(reference) +
         R"(","room:1","phx_reply",{"status":"ok","response":{"epoch":")" +
         std::string(epoch_text) + R"(","offset":)" + std::to_string(offset) + "}}]";
}
std::string ok_empty(std::string_view join_ref, std::string_view reference) {
  return "[\"" + std::string(join_ref) + "\",\"" + std::string(reference) +
         R"(","room:1","phx_reply",{"status":"ok","response":{}}])";
}
std::string closed(std::string_view join_ref) {
  const auto ref = "\"" + std::string(join_ref) + "\"";
  return "[" + ref + "," + ref + R"(,"room:1","phx_close",{}])";
}
std::string heard(std::string_view event, std::string_view payload = "{}") {
  return R"([null,null,"room:1",")" + std::string(event) + "\"," + std::string(payload) + "]";
}

}  // namespace

TEST_CASE("a join is answered with its refs and the position of the room") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "2", "1"});
  edges.settle();
  CHECK(edges.take(a) == lines{ok("1", "2", 0)});
  CHECK(edges.attached(0) == 1);
}

TEST_CASE("a push is answered with its position first and then comes back as a broadcast") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.say(b, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  edges.take(b);
  edges.say(a, {"msg", "5", "1", R"({"x":1})"});
  edges.settle();
  CHECK(edges.take(a) == lines{ok("1", "5", 1), heard("msg", R"({"x":1})")});
  CHECK(edges.take(b) == lines{heard("msg", R"({"x":1})")});
}

TEST_CASE(
    "a member with positions receives them and the time with each broadcast in V2 and in V1") {
  room_edges_fixture edges;
  const auto a = edges.add_client({net::codec_id::v2, true});
  const auto b = edges.add_client({net::codec_id::v1, true});
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  edges.take(b);
  edges.say(b, {"msg", "2"});
  edges.settle();
  const std::string position = R"({"epoch":"e1","offset":1,"time":1700000000000})";
  CHECK(edges.take(a) == lines{R"([null,null,"room:1","msg",{},)" + position + "]"});
  const auto got = edges.take(b);
  REQUIRE(got.size() == 2);
  CHECK(got[1].find("\"position\":" + position) != std::string::npos);
}

TEST_CASE("an event of a member on another node reaches the members here and its sender once") {
  room_edges_fixture edges({.edges = 2});
  const auto here = edges.add_client({}, 0);
  const auto there = edges.add_client({}, 1);
  for (auto each : {here, there}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(here);
  edges.take(there);
  edges.say(there, {"msg", "2", "1"});
  edges.settle();
  CHECK(edges.take(here) == lines{heard("msg")});
  CHECK(edges.take(there) == lines{ok("1", "2", 1), heard("msg")});
}

TEST_CASE("with echo false the sender gets its reply and not its own event") {
  auto silent = quiet_rule();
  silent.echo = false;
  room_edges_fixture edges({.rule = silent, .edges = 2});
  const auto sender = edges.add_client();
  const auto neighbour = edges.add_client();
  const auto far = edges.add_client({}, 1);
  for (auto each : {sender, neighbour, far}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  for (auto each : {sender, neighbour, far}) edges.take(each);
  edges.say(sender, {"msg", "2", "1"});
  edges.settle();
  CHECK(edges.take(sender) == lines{ok("1", "2", 1)});
  CHECK(edges.take(neighbour) == lines{heard("msg")});
  CHECK(edges.take(far) == lines{heard("msg")});
}

TEST_CASE("a leave is answered ok and then phx_close carries the join_ref twice") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  for (const auto* join_ref : {"1", ""}) {  // a leave may omit its join_ref
    edges.say(a, {"phx_join", "1", "1"});
    edges.settle();
    edges.take(a);
    edges.say(a, {"phx_leave", "3", join_ref});
    edges.settle();
    const auto got = edges.take(a);
    REQUIRE(got.size() == 2);
    if (*join_ref) CHECK(got[0] == ok_empty("1", "3"));
    CHECK(got[1] == closed("1"));
    CHECK(edges.channels_of(a) == 0);
    CHECK(edges.attached(0) == 0);
    CHECK(edges.owner().members() == 0);
  }
}

TEST_CASE("in V1 phx_close carries the join_ref as ref") {
  room_edges_fixture edges;
  const auto a = edges.add_client(v1);
  edges.say(a, {"phx_join", "1", "1"});
  edges.say(a, {"phx_leave", "2", "1"});
  edges.settle();
  const auto got = edges.take(a);
  REQUIRE(got.size() == 3);
  CHECK(got[2] == R"({"topic":"room:1","event":"phx_close","payload":{},"ref":"1"})");
}

TEST_CASE("a refused join is answered with the reason and leaves nothing behind") {
  auto small = quiet_rule();
  small.members_max = 1;
  room_edges_fixture edges({.rule = small});
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  const auto got = edges.take(b);
  REQUIRE(got.size() == 1);
  CHECK(got[0] == R"(["1","1","room:1","phx_reply",{"status":"error","response":)" +
                      net::error_response(errc::room_full) + "}]");
  CHECK(edges.channels_of(b) == 0);
  CHECK(edges.attached(0) == 1);
  edges.close(a);
  edges.say(b, {"phx_join", "2", "2"});
  edges.settle();
  CHECK(edges.take(b) == lines{ok("2", "2", 0)});
}

TEST_CASE("a closed connection leaves the room and receives nothing more") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  edges.say(a, {"msg", "2", "1"});
  edges.close(a);
  edges.settle();
  CHECK(edges.take(a).empty());
  CHECK(edges.owner().members() == 1);
  CHECK(edges.edge(0).channels() == 1);
  CHECK(edges.edge(0).waiting() == 0);
  CHECK(edges.subscribed(0) == 1);
}

TEST_CASE("a connection that ends while its join is in flight does not stay in the room") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.close(a);
  edges.settle();
  CHECK(edges.owner().members() == 0);
  CHECK(edges.edge(0).channels() == 0);
  CHECK(edges.attached(0) == 0);
}

TEST_CASE("a broadcast is encoded once for each format in use for any number of members") {
  room_edges_fixture edges;
  const auto formats = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4});
  for (std::size_t i = 0; i < 40; ++i) {
    edges.add_client(net::wire_format::at(3 - i % formats));
    edges.say(i, {"phx_join", "1", "1"});
  }
  edges.settle();
  for (std::size_t i = 0; i < 40; ++i) edges.take(i);
  edges.say(0, {"msg", "2", "1"});
  const auto before = net::encodes_of_this_thread();
  edges.settle();
  // One encoding for each format, and one for the reply.
  CHECK(net::encodes_of_this_thread() - before == formats + 1);
  for (std::size_t i = 1; i < 40; ++i) CHECK(edges.take(i).size() == 1);
}

TEST_CASE("nothing is encoded for a room whose members are all on other nodes") {
  room_edges_fixture edges({.edges = 2});
  const auto a = edges.add_client({}, 0);
  const auto b = edges.add_client({}, 1);
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  edges.say(a, {"phx_leave", "2", "1"});
  edges.settle();
  const auto before = net::encodes_of_this_thread();
  edges.say(b, {"msg", "2", "1"});
  edges.settle();
  CHECK(net::encodes_of_this_thread() - before == 2);
}

TEST_CASE("every request returns its credit") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  for (const auto* event : {"phx_join", "msg", "phx_reply", "phx_leave", "msg", "phx_leave"}) {
    edges.say(a, {event, "1", "1"});
  }
  edges.say(a, {"msg", "1", "stale"});
  edges.settle();
  CHECK(edges.has_all_credit(a));
}
