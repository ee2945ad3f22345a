// SPDX-License-Identifier: Apache-2.0
// How an edge deals with time: unknown outcomes, resends with a backoff, and giving up.
#include "tests/fixtures/edge_fixture.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;

TEST_CASE("a command without an answer is resent behind an attach after 1, 2, 4 … 32 s") {
  edge_fixture b;
  b.enter(1);
  b.push(1, "2");
  b.out.clear();
  std::vector<int> resent_at;
  for (int second = 0; second <= 130; ++second) {
    b.tick(milliseconds(second == 0 ? 0 : 1'000));
    if (!b.out.commands.empty()) {
      CHECK(b.commands() == lines{"attach 0", "push 2"});
      resent_at.push_back(second);
    }
    b.out.clear();
  }
  CHECK(resent_at == std::vector<int>{1, 3, 7, 15, 31, 63, 95, 127});
}

TEST_CASE("an answer restarts the backoff") {
  edge_fixture b;
  b.enter(1);
  const auto first = b.push(1, "2");
  b.push(1, "3");
  for (int second = 0; second <= 3; ++second) b.tick();
  b.tell(b.ordered(1, first, 1));
  b.out.clear();
  b.tick();
  CHECK(b.commands().empty());
  b.tick();
  CHECK(b.commands() == lines{"attach 0", "push 3"});
}

TEST_CASE("answers to fetches and queries do not delay the resend of a push") {
  edge_fixture b;
  b.enter(1);
  b.push(1, "2");
  b.tick(milliseconds(0));
  b.tell(b.ordered(2));
  b.tell(b.answer(events::page{}, 0, 0, 0));
  b.out.clear();
  b.tick();
  CHECK(b.commands() == lines{"attach 0", "push 2", "fetch 0"});
}

TEST_CASE("an edge that waits for nothing needs no tick") {
  edge_fixture b;
  CHECK_FALSE(b.edge.needs_tick());
  b.enter(1);
  CHECK_FALSE(b.edge.needs_tick());
  const auto number = b.push(1, "2");
  CHECK(b.edge.needs_tick());
  b.tell(b.ordered(1, number, 1));
  CHECK_FALSE(b.edge.needs_tick());
}

TEST_CASE("a push is answered with an unknown outcome after the timeout, and its number stays") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.push(1, "2");
  b.tick(milliseconds(7'999));
  CHECK(b.unicasts(1).empty());
  b.tick(milliseconds(1));
  CHECK(b.unicasts(1) == lines{"reply 2 unknown outcome"});
  CHECK(b.out.pushes_refused == std::vector{errc::unknown_outcome});
  CHECK_FALSE(b.edge.is_idle());
  b.out.clear();
  b.tell(b.ordered(1, number, 1));
  CHECK(b.unicasts(1).empty());  // the answer is dropped, but the event is for everybody
  CHECK(b.broadcasts() == lines{"msg 1"});
  CHECK(b.edge.is_idle());
}

TEST_CASE("later requests keep their order behind a silent one") {
  room_rule rule;
  rule.ephemeral = {"typing"};
  edge_fixture b(rule);
  b.enter(1);
  const auto first = b.push(1, "2");
  b.tick(milliseconds(4'000));
  const auto second = b.push(1, "3");
  b.push(1, "4", "typing");
  b.push(1, "5", "typing");
  b.tick(milliseconds(4'000));
  CHECK(b.unicasts(1) == lines{"reply 4 ok", "reply 5 ok", "reply 2 unknown outcome"});
  b.out.clear();
  b.tick(milliseconds(4'000));
  CHECK(b.unicasts(1) == lines{"reply 3 unknown outcome"});
  b.out.clear();
  b.tell(b.ordered(1, first, 1));
  b.tell(b.ordered(2, second, 1));
  CHECK(b.out.unicasts.empty());
  CHECK(b.edge.is_idle());
}

TEST_CASE("an edge whose owner leaves too many commands without an answer sends no more") {
  edge_fixture b;
  b.enter(1);
  b.enter(2);
  const auto first = b.push(1, "2");
  for (std::size_t i = 1; i < pending_requests::silent_max; ++i) b.push(1, "3");
  b.tick(milliseconds(8'000));
  b.out.clear();
  SECTION("a push is unavailable") {
    b.push(1, "4");
    CHECK(b.unicasts(1) == lines{"reply 4 unavailable"});
    CHECK(b.out.pushes_refused == std::vector{errc::unavailable});
    CHECK(b.out.commands.empty());
  }
  SECTION("a join is unavailable, and the old channel ends at the owner, too") {
    b.join(2, "4");
    CHECK(b.unicasts(2) == lines{"reply 4 unavailable", "phx_close 1"});
    CHECK(b.commands().size() == 1);
    CHECK(b.commands()[0].starts_with("leave "));
    b.out.clear();
    b.join(3, "5");
    CHECK(b.unicasts(3) == lines{"reply 5 unavailable"});
    CHECK(b.out.commands.empty());
    CHECK(b.edge.channels() == 1);
  }
  SECTION("an answer makes space for one") {
    b.tell(b.ordered(1, first, 1));
    b.push(1, "4");
    CHECK(b.commands().size() == 1);
  }
}

TEST_CASE(
    "a join that takes too long is unavailable, and the owner gets a leave if it accepts it") {
  edge_fixture b;
  const auto number = b.join(1, "1");
  b.tick(milliseconds(8'000));
  CHECK(b.unicasts(1) == lines{"reply 1 unavailable"});
  CHECK(b.edge.channels() == 0);
  b.out.clear();
  SECTION("it accepts it") {
    b.tell(b.answer(events::joined{}, number, 1));
    CHECK(b.commands() == lines{"leave 2"});
  }
  SECTION("it refuses it") {
    b.tell(b.refused(errc::room_full, number, 1));
    CHECK(b.out.commands.empty());
  }
  SECTION("the connection has joined again") {
    const auto again = b.join(1, "2");
    b.out.clear();
    b.tell(b.answer(events::joined{}, number, 1));
    CHECK(b.out.commands.empty());
    b.tell(b.answer(events::joined{}, again, 1));
    CHECK(b.unicasts(1) == lines{"reply 2 ok"});
  }
}

TEST_CASE("the owner may take a join and its pushes after the edge has refused the join") {
  edge_fixture b;
  const auto join = b.join(1, "1");
  b.tick(milliseconds(4'000));
  const auto push = b.push(1, "2");
  b.tick(milliseconds(4'000));
  CHECK(b.unicasts(1) == lines{"reply 1 unavailable"});
  b.join(1, "3");
  b.out.clear();
  b.tell(b.answer(events::joined{}, join, 1));
  b.tell(b.ordered(1, push, 1));
  CHECK(b.unicasts(1) == lines{"reply 2 unknown outcome"});
}

TEST_CASE("a leave that takes too long ends the channel") {
  edge_fixture b;
  b.enter(1);
  const auto number = b.leave(1, "2");
  b.tick(milliseconds(8'000));
  CHECK(b.unicasts(1) == lines{"reply 2 ok", "phx_close 1"});
  CHECK(b.edge.channels() == 0);
  CHECK_FALSE(b.edge.is_idle());
  b.tell(b.answer(events::left{}, number, 1));
  CHECK(b.edge.is_idle());
}

TEST_CASE("after five minutes an edge gives up and begins a new incarnation") {
  edge_fixture b;
  b.enter(1);
  b.push(1, "2");
  CHECK(b.tick(milliseconds(299'999)));
  b.out.clear();
  CHECK_FALSE(b.tick(milliseconds(1)));
  CHECK(b.unicasts(1) == lines{"phx_error 1"});
  b.edge.restart(9);
  CHECK(b.edge.is_idle());
  CHECK(b.edge.channels() == 0);
  b.out.clear();
  CHECK(b.join(1, "3") == 1);
  CHECK(b.out.commands[0].id.edge == cluster::edge_id{node_id{1}, 9});
  CHECK(b.out.commands[0].answered == 0);
}

TEST_CASE("a request that reaches the edge after its join timed out is refused and not sent") {
  edge_fixture b;
  b.join(1, "1");
  b.tick(milliseconds(8'000));
  b.out.clear();
  b.push(1, "2");
  CHECK(b.commands().empty());
  CHECK(b.unicasts(1) == lines{"reply 2 unmatched topic"});
}

TEST_CASE("on a bus that loses nothing a slow answer is timed out and nothing is resent") {
  edge_fixture b;
  b.edge = room_edge(topic{"room:1"}, {node_id{1}, 7}, b.rule, false);
  b.enter(1);
  b.push(1, "2");
  b.out.clear();
  for (int second = 0; second < 10; ++second) CHECK(b.tick());
  CHECK(b.unicasts(1) == lines{"reply 2 unknown outcome"});
  CHECK(b.out.commands.empty());
}
