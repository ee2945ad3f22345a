// SPDX-License-Identifier: Apache-2.0
// The answers that members receive, and the commands that the edge sends for them.
#include "actors/messages/edge_request.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using asks = edge_request_kind;

namespace {

nlohmann::json response(const unicast& unicast) {
  return nlohmann::json::parse(tests::payload_of(unicast.first))[4]["response"];
}

room_rule with_ephemeral() {
  room_rule out;
  out.ephemeral = {"typing"};
  return out;
}

}  // namespace

TEST_CASE("the reply to a join says whether it recovered and how many events it missed") {
  edge_fixture b;
  events::joined joined;
  const auto number = b.join(1, "1");
  SECTION("the resume recovered") {
    joined.recovered = true;
    joined.missed = 1;
    joined.events = {cluster::share(b.ordered(9))};
    b.tell(b.answer(joined, number, 1, 9));
    CHECK(response(b.out.unicasts.at(0)) ==
          nlohmann::json::parse(R"({"epoch":"e1","offset":9,"recovered":true,"missed":1})"));
    CHECK(b.out.recovered == 1);
  }
  SECTION("the resume did not recover") {
    joined.recovered = false;
    b.tell(b.answer(joined, number, 1, 9));
    CHECK(response(b.out.unicasts.at(0)) ==
          nlohmann::json::parse(R"({"epoch":"e1","offset":9,"recovered":false,"missed":0})"));
    CHECK(b.out.not_recovered == 1);
  }
  SECTION("the join asked for no resume") {
    b.tell(b.answer(joined, number, 1, 9));
    CHECK(response(b.out.unicasts.at(0)) == nlohmann::json::parse(R"({"epoch":"e1","offset":9})"));
    CHECK(b.out.recovered + b.out.not_recovered == 0);
  }
  CHECK(b.out.joins_ok == 1);
}

TEST_CASE("a join passes its position and history and meta and user to the owner") {
  edge_fixture b;
  auto asked = b.asked(asks::join, 1, "1");
  asked.serial = 5;
  asked.user = "ann";
  asked.options = std::make_shared<const join_options>(
      join_options{position{"e0", offset{3}}, 7, R"({"a":1})"});
  b.ask(asked);
  const auto& sent = as<commands::join>(b.out.commands.at(0));
  CHECK(sent.user == "ann");
  CHECK(sent.resume->epoch == "e0");
  CHECK(sent.resume->at == offset{3});
  CHECK(sent.history == 7);
  CHECK(sent.meta.data.view() == R"({"a":1})");
  CHECK_FALSE(sent.meta.is_binary());
}

TEST_CASE("pushes and updates and marks carry the user of the channel") {
  edge_fixture b;
  auto join = b.asked(asks::join, 1, "1");
  join.serial = b.serials[1] = 1;
  join.user = "ann";
  b.ask(join);
  for (const auto kind : {asks::push, asks::update_meta, asks::mark_read}) {
    b.ask(b.asked(kind, 1, "2"));
  }
  CHECK(as<commands::push>(b.out.commands.at(1)).user == "ann");
  CHECK(as<commands::update_meta>(b.out.commands.at(2)).user == "ann");
  CHECK(as<commands::mark_read>(b.out.commands.at(3)).user == "ann");
}

TEST_CASE("updates and marks are answered ok without a position or with the reason") {
  edge_fixture b;
  b.enter(1);
  const auto update = b.ask(b.asked(asks::update_meta, 1, "2"));
  const auto mark = b.ask(b.asked(asks::mark_read, 1, "3"));
  b.tell(b.answer(events::done{}, update, 1, 4));
  b.tell(b.refused(errc::invalid_payload, mark, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok", "reply 3 invalid payload"});
  CHECK(response(b.out.unicasts.at(0)).empty());
}

TEST_CASE("a repeated push is answered ok with the first position and counted") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.tell(b.answer(events::repeated{}, number, 1, 3));
  CHECK(response(b.out.unicasts.at(0)) == nlohmann::json::parse(R"({"epoch":"e1","offset":3})"));
  CHECK(b.broadcasts().empty());
  CHECK(b.out.repeated == 1);
}

TEST_CASE("a push carries its idempotency key and leaves the payload unchanged") {
  room_rule rule;
  rule.idempotency_field = "id";
  edge_fixture b(rule);
  b.enter(1);
  auto asked = b.asked(asks::push, 1, "2");
  asked.event = "msg";
  asked.payload.data = slice::of(bytes_ptr::copy(R"({"id":"x","n":1})"));
  b.ask(asked);
  CHECK_FALSE(as<commands::push>(b.out.commands.back()).idempotency_key.empty());
  CHECK(as<commands::push>(b.out.commands.back()).payload.data.view() == R"({"id":"x","n":1})");
  asked.payload.kind = payload_kind::binary;
  b.ask(asked);
  CHECK(as<commands::push>(b.out.commands.back()).idempotency_key.empty());
}

TEST_CASE("an ephemeral push is answered at once and goes to all members here and to the owner") {
  edge_fixture b(with_ephemeral());
  b.enter(1);
  b.push(1, "2", "typing");
  CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  CHECK(b.broadcasts() == lines{"typing"});
  CHECK(b.commands() == lines{"ephemeral 0"});
  const auto& passed = as<commands::ephemeral>(b.out.commands[0]);
  CHECK(passed.event == "typing");
  CHECK(passed.payload.data.view() == "{}");
  CHECK(b.edge.is_idle());
}

TEST_CASE("an ephemeral push waits for its join and is unmatched if the join is refused") {
  const bool is_refused = GENERATE(false, true);
  edge_fixture b(with_ephemeral());
  const auto number = b.join(1, "1");
  b.push(1, "2", "typing");
  CHECK(b.out.unicasts.empty());
  b.tell(is_refused ? b.refused(errc::room_full, number, 1)
                    : b.answer(events::joined{}, number, 1));
  CHECK(b.unicasts(1) == (is_refused ? lines{"reply 1 room full", "reply 2 unmatched topic"}
                                     : lines{"reply 1 ok", "reply 2 ok"}));
  CHECK(b.out.broadcasts.size() == (is_refused ? 0U : 1U));
}

TEST_CASE("an ephemeral push does not overtake one before it that still waits for its turn") {
  edge_fixture b(with_ephemeral());
  const auto first = b.join(1, "1");
  const auto ordered = b.push(1, "2");
  b.push(1, "3", "typing");
  b.tell(b.answer(events::joined{}, first, 1));
  b.push(1, "4", "typing");
  CHECK(b.unicasts(1) == lines{"reply 1 ok"});
  CHECK(b.out.broadcasts.empty());
  b.tell(b.ordered(1, ordered, 1));
  CHECK(b.unicasts(1) == lines{"reply 1 ok", "reply 2 ok", "reply 3 ok", "reply 4 ok"});
  CHECK(b.broadcasts() == lines{"typing", "typing", "msg 1"});
  b.push(1, "5", "typing");
  CHECK(b.unicasts(1).back() == "reply 5 ok");
}

TEST_CASE("an event that its rule forbids is refused in order without asking the owner") {
  room_rule rule;
  rule.events.push_back({"small", 1, ""});
  edge_fixture b(rule);
  b.enter(1);
  const auto first = b.push(1, "2");
  b.push(1, "3", "small");
  CHECK(b.out.unicasts.empty());
  b.tell(b.ordered(1, first, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 ok", "reply 3 payload too large"});
}

TEST_CASE("a leave in flight when its join is refused closes nothing") {
  edge_fixture b;
  const auto join = b.join(1, "1");
  const auto leave = b.leave(1, "2");
  b.tell(b.refused(errc::room_full, join, 1));
  b.tell(b.answer(events::left{}, leave, 1));
  CHECK(b.unicasts(1) == lines{"reply 1 room full", "reply 2 ok"});
}

TEST_CASE("each reply returns the credit of its request") {
  edge_fixture b;
  b.tell(b.answer(events::joined{}, b.join(1, "1"), 1));
  b.tell(b.ordered(1, b.push(1, "2"), 1));
  b.tell(b.answer(events::left{}, b.leave(1, "3"), 1));
  std::uint32_t credit = 0;
  for (const auto& each : b.out.unicasts) credit += each.gives_credit ? each.credit_bytes : 0;
  CHECK(credit == 3);
}

TEST_CASE("an edge is idle only when the owner has answered everything even for ended members") {
  edge_fixture b;
  b.enter(1);
  CHECK(b.edge.is_idle());
  const auto number = b.ask(b.asked(asks::gone, 1, "2"));
  CHECK(b.edge.channels() == 0);
  CHECK_FALSE(b.edge.is_idle());
  CHECK(b.edge.needs_tick());
  b.tell(b.answer(events::left{}, number, 1));
  CHECK(b.edge.is_idle());
}

TEST_CASE("a refusal without a room does not end other channels") {
  edge_fixture it;
  it.incarnation = 5;
  it.enter(1);
  const auto number = it.join(2, "9");
  it.out.clear();
  auto without_room = it.refused(errc::unavailable, number, 2);
  without_room.epoch_number = {};
  without_room.epoch_text.clear();
  it.tell(without_room);
  CHECK(it.unicasts(2) == edge_fixture::lines{"reply 9 unavailable"});
  CHECK(it.unicasts(1).empty());
  it.out.clear();
  it.tell(it.ordered(1));
  CHECK(it.broadcasts() == edge_fixture::lines{"msg 1"});
}

TEST_CASE("an edge leaves the room if a refused join is accepted after all") {
  edge_fixture it;
  it.enter(1);
  const auto number = it.join(2, "9");
  auto no = it.refused(errc::unavailable, number, 2);
  no.epoch_number = {};
  no.epoch_text.clear();
  it.tell(no);
  it.out.clear();
  it.tell(it.answer(events::joined{}, number, 2));  // the command was sent twice
  CHECK(it.unicasts(2).empty());
  CHECK(it.commands() == edge_fixture::lines{"leave " + std::to_string(number + 1)});
}
