// SPDX-License-Identifier: Apache-2.0
// The server API of two nodes: each gives the same answer about any room.
#include <future>
#include <nlohmann/json.hpp>

#include "actors/api/api_actor.hpp"
#include "actors/room/room.hpp"
#include "tests/actors/node/two_nodes.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::tests;
using net::http::api_request;
using net::http::api_result;
using net::http::api_route;
using nlohmann::json;

namespace {

settings with_presence() {
  auto out = quiet();
  out.rooms[0].presence.mode = presence_mode::full;
  out.rooms[0].history.events_max = 100'000;
  out.rooms[0].history.bytes_max = 100'000'000;
  return out;
}

api_request about(api_route route, const topic& of) {
  api_request out;
  out.route = route;
  out.topics = {of};
  out.limit = api_request::limit_max;
  return out;
}

api_request publishing(std::vector<topic> topics, std::size_t bytes = 10,
                       const std::string& idempotency_key = {}) {
  api_request out;
  out.route = topics.size() > 1 ? api_route::broadcast : api_route::publish;
  out.topics = std::move(topics);
  out.event = "msg";
  out.payload = slice::of(bytes_ptr::copy("{\"x\":\"" + std::string(bytes, 'x') + "\"}"));
  out.idempotency_key = idempotency_key;
  return out;
}

/// Sends the requests at once and waits for all answers.
std::vector<api_result> ask_all(linked_node& at, const std::vector<api_request>& requests) {
  std::vector<std::future<api_result>> answers;
  at.loops.on(0, [&] {
    for (const auto& each : requests) {
      auto got = std::make_shared<std::promise<api_result>>();
      answers.push_back(got->get_future());
      at.node.api().execute(each, at.loops.at(0),
                            [got](api_result with) { got->set_value(std::move(with)); });
    }
  });
  std::vector<api_result> out;
  for (auto& each : answers) {
    REQUIRE(each.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    out.push_back(each.get());
  }
  return out;
}

api_result ask(linked_node& at, const api_request& request) {
  return ask_all(at, {request}).front();
}

json ok(const api_result& got) {
  INFO((got ? std::string{} : std::string{reason_of(got.failure().code)} + got.failure().detail));
  REQUIRE(got);
  return json::parse(*got);
}

errc code(const api_result& got) { return got ? errc::none : got.failure().code; }

std::uint64_t breaks(linked_node& at) {
  std::uint64_t out = 0;
  at.loops.on(0, [&] { out = at.links().node().links().breaks; });
  return out;
}

}  // namespace

TEST_CASE("both nodes give the same answers about a room and name its owner") {
  two_nodes its({}, with_presence());
  const auto topic = its.topics(1).front();
  auto& client = its.open();
  its.one.loops.on(0, [&] { client.say(line("1", topic.name, "phx_join", "{}")); });
  its.one.loops.wait_until(0, [&] { return client.count("phx_reply") == 1; });
  CHECK(ok(ask(its.one, publishing({topic})))["offset"] == 1);
  CHECK(ok(ask(its.other, publishing({topic})))["offset"] == 2);
  for (const auto route : {api_route::room, api_route::presence, api_route::history}) {
    CHECK(ok(ask(its.one, about(route, topic))) == ok(ask(its.other, about(route, topic))));
  }
  const auto room = ok(ask(its.one, about(api_route::room, topic)));
  CHECK(room["owner"] == "2");
  CHECK(room["members"] == 1);
  CHECK(ok(ask(its.one, about(api_route::presence, topic))).size() == 1);
  CHECK(ok(ask(its.other, about(api_route::history, topic)))["events"].size() == 2);
}

TEST_CASE("a node that sends nothing but queries is answered") {
  two_nodes its({}, with_presence());
  const auto topic = its.topics(1).front();
  ok(ask(its.other, publishing({topic})));
  for (const auto route : {api_route::room, api_route::presence, api_route::history}) {
    CHECK(ok(ask(its.one, about(route, topic))) == ok(ask(its.other, about(route, topic))));
  }
}

TEST_CASE("an idempotency key counts on both nodes") {
  two_nodes its;
  const auto topic = its.topics(1).front();
  const auto first = ok(ask(its.one, publishing({topic}, 10, "k")));
  CHECK(ok(ask(its.other, publishing({topic}, 10, "k"))) == first);
}

TEST_CASE("both nodes say that there is no room and create none") {
  two_nodes its;
  const auto topic = its.topics(1).front();
  for (const auto route : {api_route::room, api_route::presence, api_route::history}) {
    CHECK(code(ask(its.one, about(route, topic))) == errc::not_found);
    CHECK(code(ask(its.other, about(route, topic))) == errc::not_found);
  }
  for (auto* each : {&its.one, &its.other}) CHECK(each->probe.value(metrics::gauge::rooms) == 0);
}

TEST_CASE("a list of rooms is about the node that it names") {
  two_nodes its;
  const auto topic = its.topics(1).front();
  ok(ask(its.one, publishing({topic})));
  api_request list;
  list.route = api_route::rooms;
  const auto of_one = ok(ask(its.one, list));
  CHECK(of_one["node"] == "1");
  CHECK(of_one["rooms"].empty());
  const auto of_other = ok(ask(its.other, list));
  CHECK(of_other["node"] == "2");
  REQUIRE(of_other["rooms"].size() == 1);
  CHECK(of_other["rooms"][0]["owner"] == "2");
  CHECK(of_other["rooms"][0]["topic"] == topic.name);
}

TEST_CASE("large answers and large broadcasts do not break the link with the owner") {
  two_nodes its({}, with_presence());
  const auto topics = its.topics(60);
  const auto before = breaks(its.one);
  for (int n = 0; n < 12; ++n) ok(ask(its.other, publishing({topics[0]}, 100'000)));
  const std::vector<api_request> readers(20, about(api_route::history, topics[0]));
  for (const auto& each : ask_all(its.one, readers)) {
    const auto got = ok(each);
    CHECK(got["more"] == true);
    CHECK(got["events"].size() == actors::room::query_bytes_max / 100'000);
  }
  const auto sent = ok(ask(its.one, publishing(topics, 200'000)));
  REQUIRE(sent["results"].size() == topics.size());
  for (const auto& each : sent["results"]) CHECK(each.contains("offset"));
  CHECK(breaks(its.one) == before);
}
