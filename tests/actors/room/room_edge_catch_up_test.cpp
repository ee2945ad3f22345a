// How a member gets what it missed: pages, the word that one is written, asking the owner.
#include "tests/actors/room/edge_bench.hpp"

using namespace roost;
using namespace roost::actors;
using lines = std::vector<std::string>;
using told = cluster::event::kind;

namespace {

constexpr std::size_t large = 30'000;  // three of them fill a page

struct bench : edge_bench {
  using edge_bench::edge_bench;
  /// Member 2 joins at `head` and missed what is after `since`; the answer holds `given` events.
  void resume(std::uint64_t since, std::uint64_t head, std::uint64_t given,
              std::size_t bytes = large) {
    auto joined = answer(told::joined, join(2, "9"), 2, head);
    joined.recovered = true;
    joined.missed = static_cast<std::uint32_t>(head - since);
    for (std::uint64_t i = 1; i <= given; ++i) {
      joined.events.push_back(cluster::share(ordered(since + i, 0, 0, bytes)));
    }
    out.clear();
    tell(joined);
  }
  void give(std::uint64_t first, std::uint64_t last) {
    for (auto at = first; at <= last; ++at) tell(ordered(at, 0, 0, large));
  }
  cluster::event page(std::uint64_t after, std::uint64_t last, std::uint64_t head) {
    auto what = answer(told::page, 0, 2, head);
    what.after = offset{after};
    for (auto at = after + 1; at <= last; ++at) {
      what.events.push_back(cluster::share(ordered(at, 0, 0, large)));
    }
    return what;
  }
  void written() {
    out.clear();
    under.page_written(connection_id{2}, serials[2], out);
  }
  direct::then action() const { return out.directs.back().action; }
};

}  // namespace

TEST_CASE("what fits a page comes with the reply, and the member is attached at that point") {
  bench b;
  b.enter(1, 5);
  b.resume(2, 5, 3, 10);
  CHECK(b.directs(2) == lines{"reply 9 ok", "msg 3", "msg 4", "msg 5"});
  CHECK(b.action() == direct::then::attach);
  CHECK_FALSE(b.out.directs.back().wants_word);
  CHECK(b.under.catching_up() == 0);
}

TEST_CASE("what the member is told besides follows the first page") {
  bench b;
  auto joined = b.answer(told::joined, b.join(2, "9"), 2, 1);
  joined.missed = 1;
  joined.events = {cluster::share(b.ordered(1))};
  joined.told.emplace_back("presence_state",
                           cluster::body{slice::of(bytes_ptr::copy("{}")), false});
  b.tell(joined);
  CHECK(b.directs(2) == lines{"reply 9 ok", "msg 1", "presence_state"});
}

TEST_CASE("a page that is full waits for the word, then the ring has the rest") {
  bench b;
  b.enter(1);
  b.give(1, 5);
  b.resume(0, 5, 3);
  CHECK(b.directs(2) == lines{"reply 9 ok", "msg 1", "msg 2", "msg 3"});
  CHECK(b.action() == direct::then::follow);
  CHECK(b.out.directs.back().wants_word);
  CHECK(b.under.catching_up() == 1);
  b.written();
  CHECK(b.directs(2) == lines{"msg 4", "msg 5"});
  CHECK(b.action() == direct::then::attach);
  CHECK(b.commands().empty());
}

TEST_CASE("what happens while a member catches up is given to it in its turn, and once") {
  bench b;
  b.enter(1);
  b.give(1, 3);
  b.resume(0, 3, 3);
  if (b.under.catching_up() == 0) return;  // all fitted
  b.out.clear();
  b.tell(b.ordered(4));
  CHECK(b.casts() == lines{"msg 4"});
  b.written();
  CHECK(b.directs(2) == lines{"msg 4"});
  CHECK(b.action() == direct::then::attach);
}

TEST_CASE("where the ring does not reach back any more the owner is asked, a page at a time") {
  bench b;
  b.enter(1);
  b.give(1, 20);  // the ring holds the last eight
  b.resume(0, 20, 3);
  b.written();
  CHECK(b.directs(2).empty());
  CHECK(b.action() == direct::then::follow);
  CHECK(b.commands() == lines{"fetch 3"});
  CHECK(b.out.commands[0].member == connection_id{2});
  b.out.clear();
  b.tell(b.page(3, 6, 20));
  CHECK(b.directs(2) == lines{"msg 4", "msg 5", "msg 6"});
  CHECK(b.out.directs.back().wants_word);
  b.written();
  CHECK(b.commands() == lines{"fetch 6"});
}

TEST_CASE(
    "a page of an earlier question, one not asked for, and word that is late change nothing") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.out.clear();
  b.tell(b.page(3, 6, 20));  // not asked
  CHECK(b.out.directs.empty());
  b.written();
  b.out.clear();
  b.tell(b.page(2, 5, 20));
  CHECK(b.out.directs.empty());
  b.under.page_written(connection_id{2}, b.serials[2], b.out);  // it is asked already
  b.under.page_written(connection_id{2}, b.serials[2] - 1, b.out);
  b.under.page_written(connection_id{7}, 1, b.out);
  CHECK(b.out.directs.empty());
  CHECK(b.out.commands.empty());
}

TEST_CASE("a question of a member that was lost is asked again after a whole tick") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.written();
  b.out.clear();
  b.under.tick(b.out);
  CHECK(b.commands().empty());
  b.under.tick(b.out);
  CHECK(b.commands() == lines{"fetch 3"});
  CHECK(b.out.commands[0].member == connection_id{2});
}

TEST_CASE("a page from beyond what the edge has seen gives only what it has seen") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.written();
  const auto own = b.push(2, "10");
  b.out.clear();
  auto page = b.page(3, 5, 21);
  page.events.push_back(cluster::share(b.ordered(21, own, 2)));  // its reply is not here yet
  b.tell(page);
  CHECK(b.directs(2) == lines{"msg 4", "msg 5"});
}

TEST_CASE(
    "what has been dropped meanwhile ends the channel with phx_error, and the owner is told") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.written();
  b.out.clear();
  SECTION("all of it") { b.tell(b.page(3, 3, 20)); }
  SECTION("the first of it") {
    auto page = b.page(4, 7, 20);
    page.after = offset{3};
    b.tell(page);
  }
  CHECK(b.directs(2) == lines{"phx_error 9"});
  CHECK(b.action() == direct::then::end);
  REQUIRE(b.out.commands.size() == 1);
  CHECK(b.out.commands[0].what == cluster::command::kind::leave);
  CHECK(b.out.commands[0].member == connection_id{2});
  CHECK(b.out.catch_ups_lost == 1);
  CHECK(b.under.channels() == 1);
  CHECK(b.under.catching_up() == 0);
}

TEST_CASE("a leave under way when what was missed is lost is answered, and closes nothing twice") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.written();
  const auto number = b.leave(2, "10");
  b.out.clear();
  b.tell(b.page(3, 3, 20));
  CHECK(b.directs(2) == lines{"phx_error 9"});
  b.out.clear();
  b.tell(b.answer(told::left, number, 2));
  CHECK(b.directs(2) == lines{"reply 10 ok"});
}

TEST_CASE("a member that leaves while it catches up gets its close and no page more") {
  bench b;
  b.enter(1);
  b.give(1, 5);
  b.resume(0, 5, 3);
  const auto number = b.leave(2, "10");
  b.out.clear();
  b.tell(b.answer(told::left, number, 2));
  CHECK(b.directs(2) == lines{"reply 10 ok", "phx_close 9"});
  CHECK(b.under.catching_up() == 0);
  b.written();
  CHECK(b.out.directs.empty());
}

TEST_CASE("a second join while the first catches up starts over, and old word does not count") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  const auto before = b.serials[2];
  const auto number = b.join(2, "10");
  CHECK(b.action() == direct::then::detach);
  CHECK(b.under.catching_up() == 0);
  b.out.clear();
  b.under.page_written(connection_id{2}, before, b.out);
  CHECK(b.out.directs.empty());
  b.tell(b.answer(told::joined, number, 2, 20));
  CHECK(b.directs(2) == lines{"reply 10 ok", "phx_close 9"});
  CHECK(b.action() == direct::then::attach);
}

TEST_CASE("with echo false a member gets its own events of before it joined, and not those since") {
  room_rule silent;
  silent.echo = false;
  bench b(silent);
  b.enter(1);
  auto joined = b.answer(told::joined, b.join(2, "9"), 2, 3);
  joined.missed = 3;
  for (std::uint64_t at = 1; at <= 3; ++at) {
    auto own = b.ordered(at, 100 + at, 2, large);
    own.skips_origin = true;
    joined.events.push_back(cluster::share(own));
    b.give(at, at);
  }
  b.out.clear();
  b.tell(joined);
  CHECK(b.directs(2) == lines{"reply 9 ok", "msg 1", "msg 2", "msg 3"});
  const auto number = b.push(2, "10");
  auto since = b.ordered(4, number, 2);
  since.skips_origin = true;
  b.out.clear();
  b.tell(since);
  b.tell(b.ordered(5));
  CHECK(b.directs(2) == lines{"reply 10 ok"});
  REQUIRE(b.out.casts.size() == 2);
  CHECK(b.out.casts[0].except == connection_id{2});
}

TEST_CASE("with echo false its own event of while it catches up is left out of the pages") {
  room_rule silent;
  silent.echo = false;
  bench b(silent);
  b.enter(1);
  b.give(1, 5);
  b.resume(0, 5, 3);
  REQUIRE(b.under.catching_up() == 1);
  auto own = b.ordered(6, b.push(2, "10"), 2);
  own.skips_origin = true;
  b.tell(own);
  b.tell(b.ordered(7));
  b.written();
  CHECK(b.directs(2) == lines{"msg 4", "msg 5", "msg 7"});
  CHECK(b.action() == direct::then::attach);
}

TEST_CASE("a crash ends those that catch up like everybody, and pages of before are dropped") {
  bench b;
  b.enter(1);
  b.give(1, 20);
  b.resume(0, 20, 3);
  b.written();
  const auto late = b.page(3, 6, 20);
  b.out.clear();
  b.life = 2;
  b.tell(b.answer(told::crashed, 0, 0));
  CHECK(b.directs(2) == lines{"phx_error 9"});
  CHECK(b.under.catching_up() == 0);
  b.out.clear();
  b.tell(late);
  CHECK(b.out.directs.empty());
}
