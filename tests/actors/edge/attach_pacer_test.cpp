// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/attach_pacer.hpp"

#include <deque>
#include <vector>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

using numbers = std::vector<int>;

struct recorded_turn final : attach_pacer::turn {
  recorded_turn(int of, numbers& into) : number(of), begun(into) {}
  void begin() override { begun.push_back(number); }
  int number;
  numbers& begun;
};

/// Edges 1, 2, … at a pacer of three edges and 100 bytes.
struct pacer_fixture {
  recorded_turn& ask(std::size_t bytes, std::uint64_t owner = 1) {
    auto& made = turns.emplace_back(static_cast<int>(turns.size()) + 1, begun);
    pacer.ask(made, node_id{owner}, bytes);
    return made;
  }
  attach_pacer pacer{{3, 100}};
  numbers begun;
  std::deque<recorded_turn> turns;
};

}  // namespace

TEST_CASE("at most so many edges attach at once, and the others follow in their order") {
  pacer_fixture b;
  for (int i = 0; i < 5; ++i) b.ask(1);
  CHECK(b.begun == numbers{1, 2, 3});
  b.pacer.end(b.turns[1]);
  CHECK(b.begun == numbers{1, 2, 3, 4});
  b.pacer.end(b.turns[0]);
  CHECK(b.begun == numbers{1, 2, 3, 4, 5});
  CHECK(b.pacer.begun() == 5);
  for (const int left : {2, 3, 4}) b.pacer.end(b.turns[static_cast<std::size_t>(left)]);
  CHECK(b.pacer.is_idle());
}

TEST_CASE("a large attach waits until it fits, and those behind it wait with it") {
  pacer_fixture b;
  b.ask(60);
  b.ask(41);
  b.ask(1);
  CHECK(b.begun == numbers{1});
  b.pacer.end(b.turns[0]);
  CHECK(b.begun == numbers{1, 2, 3});
}

TEST_CASE("an attach above the bound goes alone") {
  pacer_fixture b;
  b.ask(500);
  b.ask(1);
  CHECK(b.begun == numbers{1});
  b.pacer.end(b.turns[0]);
  b.ask(500);
  CHECK(b.begun == numbers{1, 2});
  b.pacer.end(b.turns[1]);
  CHECK(b.begun == numbers{1, 2, 3});
}

TEST_CASE("each owner has a window of its own") {
  pacer_fixture b;
  b.ask(100, 1);
  b.ask(100, 1);
  b.ask(100, 2);
  CHECK(b.begun == numbers{1, 3});
}

TEST_CASE("an edge that no longer waits does not keep those behind it") {
  pacer_fixture b;
  b.ask(60);
  b.ask(60);
  b.ask(30);
  b.pacer.end(b.turns[1]);
  CHECK(b.begun == numbers{1, 3});
  b.pacer.end(b.turns[0]);
  b.pacer.end(b.turns[2]);
  b.pacer.ask(b.turns[1], node_id{1}, 60);  // it asks again
  CHECK(b.begun == numbers{1, 3, 2});
}
