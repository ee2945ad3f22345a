// Server API requests to a topic through its edge, and their answers.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using told = cluster::event::kind;

namespace {

edge_request publishing(std::uint64_t ticket, const std::string& payload = "{}",
                        const std::string& event = "msg", const std::string& once = {}) {
  edge_request out;
  out.what = edge_request::kind::publish;
  out.event = event;
  out.body.data = slice::of(bytes_ptr::copy(payload));
  out.errand = std::make_shared<const errand>(errand{ticket, once});
  return out;
}

edge_request looking(errand what) {
  edge_request out;
  out.what = edge_request::kind::look;
  out.errand = std::make_shared<const errand>(std::move(what));
  return out;
}

cluster::event seen(const edge_fixture& b, std::uint64_t ticket) {
  auto out = b.answer(told::seen, ticket, 0, 4);
  out.members = 3;
  return out;
}

}  // namespace

TEST_CASE("a publish into a room that nobody here has joined is answered with its position") {
  edge_fixture b;
  const auto number = b.ask(publishing(7));
  CHECK(b.commands() == lines{"publish 1"});
  b.out.clear();
  b.tell(b.ordered(5, number));
  REQUIRE(b.out.errands.size() == 1);
  CHECK(b.out.errands[0].ticket == 7);
  CHECK(b.out.errands[0].why == errc::none);
  CHECK(b.out.errands[0].at->at == offset{5});
  CHECK(b.out.errands[0].at->epoch_text == "e1");
  CHECK(b.out.directs.empty());
  CHECK(b.under.is_idle());
}

TEST_CASE("a publish keeps its place among the pushes, and members get it as a broadcast") {
  edge_fixture b;
  b.enter(1);
  const auto pushed = b.push(1, "2");
  const auto published = b.ask(publishing(7));
  CHECK(published == pushed + 1);
  b.out.clear();
  b.tell(b.ordered(1, pushed, 1));
  CHECK(b.out.errands.empty());
  b.tell(b.ordered(2, published));
  CHECK(b.out.errands.size() == 1);
  CHECK(b.casts() == lines{"msg 1", "msg 2"});
  CHECK(b.directs(1) == lines{"reply 2 ok"});
}

TEST_CASE("an event without echo still reaches every member when nobody here has said it") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.ask(publishing(7));
  b.out.clear();
  auto said = b.ordered(1, number);
  said.skips_origin = true;
  b.tell(said);
  REQUIRE(b.out.casts.size() == 1);
  CHECK(b.out.casts[0].except == connection_id{});
}

TEST_CASE("a publish whose payload breaks the event's rule does not reach the owner") {
  room_rule rule;
  rule.events = {{"msg", 10, ""}};
  edge_fixture b(rule);
  b.ask(publishing(7, R"({"a":"too long"})"));
  CHECK(b.out.commands.empty());
  REQUIRE(b.out.errands.size() == 1);
  CHECK(b.out.errands[0].why == errc::payload_too_large);
}

TEST_CASE("an ephemeral event is published to everybody, and answered without a position") {
  room_rule rule;
  rule.ephemeral = {"typing"};
  edge_fixture b(rule);
  b.ask(publishing(7, "{}", "typing"));
  CHECK(b.out.commands.empty());
  REQUIRE(b.out.events.size() == 1);
  CHECK(b.out.events[0]->what == told::ephemeral);
  CHECK(b.out.events[0]->name == "typing");
  REQUIRE(b.out.errands.size() == 1);
  CHECK(b.out.errands[0].why == errc::none);
  CHECK_FALSE(b.out.errands[0].at);
}

TEST_CASE("a publish counts once by its own value, else by that of its payload") {
  room_rule rule;
  rule.idempotency_field = "id";
  edge_fixture b(rule);
  b.ask(publishing(7, R"({"id":"x"})"));
  CHECK(b.out.commands.back().once == "sx");
  b.ask(publishing(8, R"({"id":"x"})", "msg", "sy"));
  CHECK(b.out.commands.back().once == "sy");
}

TEST_CASE("what was published before is answered with its place, what failed is unavailable") {
  edge_fixture b;
  const auto first = b.ask(publishing(7));
  const auto second = b.ask(publishing(8));
  const auto third = b.ask(publishing(9));
  b.tell(b.answer(told::repeated, first, 0, 2));
  auto refused = b.answer(told::refused, second, 0);
  refused.why = errc::join_crashed;
  b.tell(refused);
  refused.number = third;
  refused.why = errc::invalid_payload;
  b.tell(refused);
  REQUIRE(b.out.errands.size() == 3);
  CHECK(b.out.errands[0].at->at == offset{2});
  CHECK(b.out.repeated == 1);
  CHECK(b.out.errands[1].why == errc::unavailable);
  CHECK(b.out.errands[2].why == errc::invalid_payload);
}

TEST_CASE("a publish without an answer is sent again, and its edge does not end before it") {
  edge_fixture b;
  b.ask(publishing(7));
  CHECK_FALSE(b.under.is_idle());
  b.out.clear();
  b.under.tick(b.out);
  b.under.tick(b.out);
  CHECK(b.commands() == lines{"publish 1"});
}

TEST_CASE("a look asks the owner for what it wants, and gives its answer") {
  edge_fixture b;
  b.ask(looking({.ticket = 7,
                 .since = cluster::place{"e1", offset{2}},
                 .events_max = 5,
                 .wants_presence = true}));
  REQUIRE(b.out.commands.size() == 1);
  const auto& asked = b.out.commands[0];
  CHECK(asked.what == cluster::command::kind::look);
  CHECK(asked.number == 7);
  CHECK(asked.history == 5);
  CHECK(asked.from_place->at == offset{2});
  CHECK(asked.wants_told);
  b.tell(seen(b, 7));
  b.tell(seen(b, 7));
  REQUIRE(b.out.errands.size() == 1);
  CHECK(b.out.errands[0].ticket == 7);
  CHECK(b.out.errands[0].seen->members == 3);
  CHECK_FALSE(b.under.waits());
}

TEST_CASE("a look takes no number, so that pushes do not wait for it") {
  edge_fixture b;
  b.enter(1);
  b.ask(looking({.ticket = 7}));
  const auto number = b.push(1, "2");
  b.out.clear();
  b.tell(b.ordered(1, number, 1));
  CHECK(b.directs(1) == lines{"reply 2 ok"});
}

TEST_CASE("that there is no room is heard also by an edge that has known one") {
  edge_fixture b;
  b.enter(1);
  b.ask(looking({.ticket = 7}));
  auto absent = b.answer(told::seen, 7, 0);
  absent.life = {};
  absent.why = errc::not_found;
  b.tell(absent);
  REQUIRE(b.out.errands.size() == 1);
  CHECK(b.out.errands[0].why == errc::not_found);
}

TEST_CASE("a look without an answer is asked again") {
  edge_fixture b;
  b.ask(looking({.ticket = 7}));
  CHECK(b.under.waits());
  b.out.clear();
  b.under.tick(b.out);
  CHECK(b.commands() == lines{"look 7"});
}

TEST_CASE("answers to looks of other edges are not taken") {
  edge_fixture b;
  b.ask(looking({.ticket = 7}));
  auto other = seen(b, 7);
  other.origin = {node_id{99}, 1};
  b.tell(other);
  CHECK(b.out.errands.empty());
}
