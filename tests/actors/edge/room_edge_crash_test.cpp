// SPDX-License-Identifier: Apache-2.0
// Frames that members receive after the room crashed or the edge missed an event.
#include <stdexcept>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/room_edges_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using cluster::event;
using lines = std::vector<std::string>;

namespace {

class fragile_handler final : public room_handler {
 public:
  void on_message(room_context& context, const room_member&, const message& pushed) override {
    if (pushed.event == "boom") throw std::runtime_error("boom");
    context.broadcast(std::string(pushed.event), pushed.payload);
  }
};

room_edges_options fragile(std::size_t edges = 1) {
  room_edges_options out;
  out.handlers = [](const room_rule&) { return std::make_unique<fragile_handler>(); };
  out.edges = edges;
  return out;
}

std::string crashed(std::string_view ref) {
  const auto text = "\"" + std::string(ref) + "\"";
  return "[" + text + "," + text + R"(,"room:1","phx_error",{"reason":"channel_crash"}])";
}

bool has(const lines& all, const std::string& part) {
  return std::any_of(all.begin(), all.end(), [&part](const std::string& each) {
    return each.find(part) != std::string::npos;
  });
}

template <class Kind>
event of_room(const room_edges_fixture& edges, Kind kind, std::uint64_t at) {
  return {edges.topic(), epoch{1}, "e1", offset{at}, std::move(kind)};
}

event ordered(const room_edges_fixture& edges, std::uint64_t at) {
  const payload empty{slice::of(bytes_ptr::copy("{}"))};
  return of_room(edges, events::ordered{{{node_id{99}, 1}, 0, {}}, false, "msg", empty}, at);
}

}  // namespace

TEST_CASE("a room crash ends its channels on every node with phx_error and no connection") {
  room_edges_fixture edges(fragile(2));
  for (std::size_t i = 0; i < 4; ++i) {
    edges.add_client({}, i % 2);
    edges.say(i, {"phx_join", "1", "1"});
  }
  edges.settle();
  for (std::size_t i = 0; i < 4; ++i) edges.take(i);
  edges.say(0, {"boom", "2", "1"});
  edges.settle();
  for (std::size_t i = 0; i < 4; ++i) {
    const auto got = edges.take(i);
    REQUIRE_FALSE(got.empty());
    CHECK(got[0] == crashed("1"));
    CHECK(got.size() == (i == 0 ? 2U : 1U));
    CHECK(edges.session(i).is_open());
    CHECK(edges.channels_of(i) == 0);
  }
  for (std::size_t edge = 0; edge < 2; ++edge) {
    CHECK(edges.attached(edge) == 0);
    CHECK(edges.subscribed(edge) == 0);
    CHECK(edges.edge(edge).channels() == 0);
    CHECK(edges.edge(edge).waiting() == 0);
  }
}

TEST_CASE("in V1 phx_error carries the join_ref as ref") {
  room_edges_fixture edges(fragile());
  const auto a = edges.add_client({net::codec_id::v1});
  edges.say(a, {"phx_join", "1", "1"});
  edges.say(a, {"boom", "2", "1"});
  edges.settle();
  CHECK(edges.take(a).at(1) ==
        R"({"topic":"room:1","event":"phx_error","payload":{"reason":"channel_crash"},"ref":"1"})");
}

TEST_CASE("a room that crashed can be joined again and begins a new epoch") {
  room_edges_fixture edges(fragile());
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.say(a, {"msg", "2", "1"});
  edges.say(a, {"boom", "3", "1"});
  edges.settle();
  edges.take(a);
  edges.say(a, {"msg", "4", "1"});
  edges.say(a, {"phx_leave", "5", "1"});
  edges.say(a, {"phx_join", "6", "6"});
  edges.say(a, {"msg", "7", "6"});
  edges.settle();
  const auto got = edges.take(a);
  REQUIRE(got.size() == 5);
  CHECK(has({got[0]}, R"([null,"4","room:1","phx_reply",{"status":"error","response":{"reason":)"
                      R"("unmatched topic")"));
  CHECK(has({got[1]}, R"(["1","5","room:1","phx_reply",{"status":"ok","response":{}}])"));
  CHECK(has({got[2]}, R"({"epoch":"e2","offset":1})"));
  CHECK(has({got[3]}, R"({"epoch":"e2","offset":2})"));
}

TEST_CASE("a join in flight when the room crashes is answered by the restarted room") {
  room_edges_fixture edges(fragile());
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.settle();
  edges.say(a, {"boom", "2", "1"});
  edges.say(b, {"phx_join", "1", "1"});
  edges.settle_but_owner();
  edges.settle();
  const auto got = edges.take(b);
  REQUIRE(got.size() == 1);
  CHECK(has(got, R"({"epoch":"e2","offset":0})"));
  CHECK(edges.attached(0) == 1);
  CHECK(edges.channels_of(b) == 1);
}

TEST_CASE("a second join in flight when the room crashes still becomes a member") {
  const bool leaves_first = GENERATE(false, true);
  room_edges_fixture edges(fragile());
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  for (auto each : {a, b}) edges.take(each);
  edges.say(b, {"boom", "2", "1"});
  edges.settle_but_owner();
  if (leaves_first) edges.say(a, {"phx_leave", "2", "1"});
  edges.say(a, {"phx_join", "3", "3"});
  edges.settle();
  const auto got = edges.take(a);
  CHECK_FALSE(has(got, "phx_error"));
  CHECK(has(got, R"(["3","3","room:1","phx_reply",{"status":"ok")"));
  CHECK(has(got, R"(["1","1","room:1","phx_close",{}])"));
  CHECK(edges.attached(0) == 1);
  CHECK(edges.channels_of(a) == 1);
  edges.say(a, {"msg", "4", "3"});
  edges.settle();
  CHECK(edges.take(a).size() == 2);
}

TEST_CASE("a leave in flight when the room crashes is answered ok and closes nothing twice") {
  room_edges_fixture edges(fragile());
  const auto a = edges.add_client();
  const auto b = edges.add_client();
  for (auto each : {a, b}) edges.say(each, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  edges.say(b, {"boom", "2", "1"});
  edges.settle_but_owner();
  edges.say(a, {"phx_leave", "2", "1"});
  edges.settle();
  const auto got = edges.take(a);
  REQUIRE(got.size() == 2);
  CHECK(got[0] == crashed("1"));
  CHECK(has({got[1]}, R"(["1","2","room:1","phx_reply",{"status":"ok","response":{}}])"));
}

TEST_CASE("a client receives a duplicate event once") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  for (std::uint64_t at : {1, 1, 2, 1, 2}) edges.inject(0, ordered(edges, at));
  edges.settle();
  CHECK(edges.take(a).size() == 2);
}

TEST_CASE("a gap that the owner cannot fill ends the channels instead of losing events silently") {
  room_edges_fixture edges;
  const auto a = edges.add_client();
  edges.say(a, {"phx_join", "1", "1"});
  edges.settle();
  edges.take(a);
  edges.inject(0, ordered(edges, 1));
  edges.inject(0, ordered(edges, 3));
  edges.settle_but_owner();
  CHECK(edges.take(a).size() == 1);  // event 1; event 3 waits for event 2
  events::page page;
  page.command.edge = edges.edge(0).self();
  page.after = offset{1};
  page.events = {cluster::share(ordered(edges, 3))};
  edges.inject(0, of_room(edges, std::move(page), 3));
  edges.settle();
  CHECK(edges.take(a) == lines{crashed("1")});
  CHECK(edges.channels_of(a) == 0);
  CHECK(edges.attached(0) == 0);
  CHECK(edges.owner().members() == 0);
  CHECK(edges.counted(0).catch_ups_lost == 1);
  edges.say(a, {"phx_join", "2", "2"});
  edges.settle();
  CHECK(edges.attached(0) == 1);
}
