// SPDX-License-Identifier: Apache-2.0
// Server API requests to a topic through its edge, and their answers.
#include <algorithm>

#include "actors/messages/edge_request.hpp"
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

namespace {

edge_request publishing(std::uint64_t request_id, const std::string& payload = "{}",
                        const std::string& event = "msg", const std::string& idempotency_key = {}) {
  edge_request out;
  out.kind = edge_request_kind::publish;
  out.event = event;
  out.payload.data = slice::of(bytes_ptr::copy(payload));
  out.call = std::make_shared<const api_call>(api_call{request_id, idempotency_key});
  return out;
}

edge_request looking(api_call call) {
  edge_request out;
  out.kind = edge_request_kind::query;
  out.call = std::make_shared<const api_call>(std::move(call));
  return out;
}

cluster::event seen(const edge_fixture& b, std::uint64_t request_id) {
  events::snapshot out;
  out.members = 3;
  return b.answer(std::move(out), api_queries::number_of(request_id), 0, 4);
}

std::vector<std::uint64_t> answered(const edge_fixture& b, errc why) {
  std::vector<std::uint64_t> out;
  for (const auto& each : b.out.api_replies) {
    CHECK(each.why == why);
    out.push_back(each.request_id);
  }
  return out;
}

/// The kinds of the commands.
bool asks_only(const edge_fixture& b, std::size_t queries) {
  return b.out.commands.size() == queries &&
         std::ranges::all_of(b.out.commands,
                             [](const auto& each) { return is<commands::query>(each); });
}

}  // namespace

TEST_CASE("a publish into a room without local members is answered with its position") {
  edge_fixture b;
  const auto number = b.ask(publishing(7));
  CHECK(b.commands() == lines{"publish 1"});
  b.out.clear();
  b.tell(b.ordered(5, number));
  REQUIRE(b.out.api_replies.size() == 1);
  CHECK(b.out.api_replies[0].request_id == 7);
  CHECK(b.out.api_replies[0].why == errc::none);
  CHECK(b.out.api_replies[0].at->at == offset{5});
  CHECK(b.out.api_replies[0].at->epoch == "e1");
  CHECK(b.out.unicasts.empty());
  CHECK(b.edge.is_idle());
}

TEST_CASE("a publish keeps its place among the pushes and members receive it as a broadcast") {
  edge_fixture b;
  b.enter(1);
  const auto pushed = b.push(1, "2");
  const auto published = b.ask(publishing(7));
  CHECK(published == pushed + 1);
  b.out.clear();
  b.tell(b.ordered(1, pushed, 1));
  CHECK(b.out.api_replies.empty());
  b.tell(b.ordered(2, published));
  CHECK(b.out.api_replies.size() == 1);
  CHECK(b.broadcasts() == lines{"msg 1", "msg 2"});
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("with echo false a publish still reaches every member") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.ask(publishing(7));
  b.out.clear();
  auto said = b.ordered(1, number);
  as<events::ordered>(said).skips_origin = true;
  b.tell(said);
  REQUIRE(b.out.broadcasts.size() == 1);
  CHECK(b.out.broadcasts[0].except == connection_id{});
}

TEST_CASE("a publish whose payload breaks the event's rule does not reach the owner") {
  room_rule rule;
  rule.events = {{"msg", 10, ""}};
  edge_fixture b(rule);
  b.ask(publishing(7, R"({"a":"too long"})"));
  CHECK(b.out.commands.empty());
  REQUIRE(b.out.api_replies.size() == 1);
  CHECK(b.out.api_replies[0].why == errc::payload_too_large);
}

TEST_CASE("an ephemeral publish goes to all members and is answered without a position") {
  room_rule rule;
  rule.ephemeral = {"typing"};
  edge_fixture b(rule);
  b.enter(1);
  b.ask(publishing(7, "{}", "typing"));
  CHECK(b.commands() == std::vector<std::string>{"ephemeral 0"});
  CHECK(b.broadcasts() == std::vector<std::string>{"typing"});
  REQUIRE(b.out.api_replies.size() == 1);
  CHECK(b.out.api_replies[0].why == errc::none);
  CHECK_FALSE(b.out.api_replies[0].at);
}

TEST_CASE("a publish is deduplicated by its own key or else by that of its payload") {
  room_rule rule;
  rule.idempotency_field = "id";
  edge_fixture b(rule);
  b.ask(publishing(7, R"({"id":"x"})"));
  CHECK(as<commands::publish>(b.out.commands.back()).idempotency_key == "sx");
  b.ask(publishing(8, R"({"id":"x"})", "msg", "sy"));
  CHECK(as<commands::publish>(b.out.commands.back()).idempotency_key == "sy");
}

TEST_CASE("a repeated publish is answered with its position and a crashed one is unavailable") {
  edge_fixture b;
  const auto first = b.ask(publishing(7));
  const auto second = b.ask(publishing(8));
  const auto third = b.ask(publishing(9));
  b.tell(b.answer(events::repeated{}, first, 0, 2));
  b.tell(b.refused(errc::join_crashed, second, 0));
  b.tell(b.refused(errc::invalid_payload, third, 0));
  REQUIRE(b.out.api_replies.size() == 3);
  CHECK(b.out.api_replies[0].at->at == offset{2});
  CHECK(b.out.repeated == 1);
  CHECK(b.out.api_replies[1].why == errc::unavailable);
  CHECK(b.out.api_replies[2].why == errc::invalid_payload);
}

TEST_CASE("a publish without an answer is resent and its edge does not end before the answer") {
  edge_fixture b;
  b.ask(publishing(7));
  CHECK_FALSE(b.edge.is_idle());
  b.out.clear();
  for (int n = 0; n < 2; ++n) b.tick();
  CHECK(b.commands() == lines{"attach 0", "publish 1"});
}

TEST_CASE("a query asks the owner for the requested parts and returns the answer once") {
  edge_fixture b;
  b.ask(looking({.request_id = 7,
                 .since = position{"e1", offset{2}},
                 .events_max = 5,
                 .wants_presence = true}));
  REQUIRE(b.out.commands.size() == 1);
  CHECK(api_queries::request_id_of(b.out.commands[0].id) == 7);
  const auto& asked = as<commands::query>(b.out.commands[0]);
  CHECK(asked.events_max == 5);
  CHECK(asked.since->at == offset{2});
  CHECK(asked.wants_presence);
  b.tell(seen(b, 7));
  b.tell(seen(b, 7));
  REQUIRE(b.out.api_replies.size() == 1);
  CHECK(b.out.api_replies[0].request_id == 7);
  CHECK(as<events::snapshot>(*b.out.api_replies[0].snapshot).members == 3);
  CHECK_FALSE(b.edge.needs_tick());
}

TEST_CASE("a query takes no number and pushes do not wait for it") {
  edge_fixture b;
  b.enter(1);
  b.ask(looking({.request_id = 7}));
  const auto number = b.push(1, "2");
  b.out.clear();
  b.tell(b.ordered(1, number, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("an edge that knows a room accepts the answer that there is no room") {
  edge_fixture b;
  b.enter(1);
  b.ask(looking({.request_id = 7}));
  auto absent = b.answer(events::not_found{}, api_queries::number_of(7), 0);
  absent.epoch_number = {};
  absent.epoch_text.clear();
  b.tell(absent);
  REQUIRE(b.out.api_replies.size() == 1);
  CHECK(b.out.api_replies[0].why == errc::not_found);
}

TEST_CASE("a query without an answer is resent") {
  edge_fixture b;
  b.ask(looking({.request_id = 7}));
  CHECK(b.edge.needs_tick());
  b.out.clear();
  for (int n = 0; n < 2; ++n) b.tick();
  CHECK(asks_only(b, 1));
  CHECK(api_queries::request_id_of(b.out.commands[0].id) == 7);
}

TEST_CASE("a query that the owner's node refuses is answered, and no push of the same number") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.ask(looking({.request_id = number}));
  b.out.clear();
  b.tell(b.refused(errc::unavailable, api_queries::number_of(number), 0));
  CHECK(answered(b, errc::unavailable) == std::vector<std::uint64_t>{number});
  CHECK(b.unicasts(1).empty());
  b.tell(b.ordered(1, number, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
}

TEST_CASE("a query is unavailable after the timeout, and so are all if the edge gives up") {
  edge_fixture b;
  b.ask(looking({.request_id = 7}));
  b.tick(milliseconds(4'000));
  b.ask(looking({.request_id = 8}));
  CHECK(b.out.api_replies.empty());
  b.tick(milliseconds(4'000));
  CHECK(answered(b, errc::unavailable) == std::vector<std::uint64_t>{7});
  b.out.clear();
  b.ask(publishing(9));
  b.now += room_edge::give_up_after;
  b.ask(looking({.request_id = 10}));
  b.out.clear();
  CHECK_FALSE(b.tick());
  std::vector<std::uint64_t> all;
  for (const auto& each : b.out.api_replies) all.push_back(each.request_id);
  std::ranges::sort(all);
  CHECK(all == std::vector<std::uint64_t>{8, 9, 10});
}

TEST_CASE("a query above the bound is unavailable at once") {
  edge_fixture b;
  for (std::uint64_t n = 1; n <= api_queries::queries_max; ++n) b.ask(looking({.request_id = n}));
  CHECK(b.out.api_replies.empty());
  b.out.clear();
  b.ask(looking({.request_id = 5'000}));
  CHECK(b.out.commands.empty());
  CHECK(answered(b, errc::unavailable) == std::vector<std::uint64_t>{5'000});
}

TEST_CASE("at a new owner an edge without members repeats its queries and does not attach") {
  edge_fixture b;
  b.edge.use_owner(1);
  b.ask(looking({.request_id = 7}));
  b.out.clear();
  b.edge.attach(2, b.now, b.out);
  REQUIRE(asks_only(b, 1));
  CHECK(b.out.commands[0].ownership == 2);
  CHECK_FALSE(b.edge.is_attaching());
  b.out.clear();
  for (int n = 0; n < 2; ++n) b.tick();
  CHECK(asks_only(b, 1));
}

TEST_CASE("at a new owner an edge with members attaches and repeats its queries") {
  edge_fixture b;
  b.edge.use_owner(1);
  b.enter(1);
  b.ask(looking({.request_id = 7}));
  b.out.clear();
  b.edge.attach(2, b.now, b.out);
  REQUIRE(b.out.commands.size() == 2);
  CHECK(is<commands::attach>(b.out.commands[0]));
  CHECK(is<commands::query>(b.out.commands[1]));
}

TEST_CASE("answers to queries of other edges are ignored") {
  edge_fixture b;
  b.ask(looking({.request_id = 7}));
  auto other = seen(b, 7);
  as<events::snapshot>(other).command.edge = {node_id{99}, 1};
  b.tell(other);
  CHECK(b.out.api_replies.empty());
}
