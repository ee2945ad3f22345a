// SPDX-License-Identifier: Apache-2.0
// One loop with a room of 10,000 members and a small one: the large room must not delay it.

#include <algorithm>

#include "actors/room/kinds/built_in_handlers.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

using namespace roost;
using namespace roost::tests;
using namespace std::chrono_literals;

TEST_CASE(
    "a broadcast to ten thousand members does not delay replies of another room on its loop") {
  constexpr std::size_t members = 10'000;
  net::iteration_budget budget;  // the default, but without time limits
  budget.send_time_max = 1h;
  node_fixture it(1, quiet(), actors::make_handler, budget);
  std::vector<session_fixture*> crowd;
  it.loops.on(0, [&] {
    for (std::size_t i = 0; i < members; ++i) {
      crowd.push_back(&it.open_here(0));
      crowd.back()->say(line("1", "room:large", "phx_join", "{}"));
    }
  });
  auto& small = it.open(0);
  it.join(small, "room:small");
  for (auto* each : {crowd.front(), crowd.back()}) it.wait_for(*each, "phx_reply");
  it.loops.wait_until(0, [&] {
    return it.loops.at(0).flusher().is_idle() &&
           std::all_of(crowd.begin(), crowd.end(), [](auto* c) { return c->got.size() == 1; });
  });

  std::uint64_t large_said_at = 0;
  std::uint64_t small_said_at = 0;
  it.loops.on(0, [&] {
    large_said_at = it.loops.at(0).iterations();
    crowd.front()->say(line("2", "room:large", "shout"));
    // Two iterations later all frames of the large room are queued, and most are not sent yet.
    it.loops.at(0).post([&] {
      it.loops.at(0).post([&] {
        small_said_at = it.loops.at(0).iterations();
        small.say(line("2", "room:small", "quick"));
      });
    });
  });
  it.wait_for(small, "\"quick\"");
  it.loops.wait_until(0, [&] {
    return std::all_of(crowd.begin(), crowd.end(), [](auto* c) {
      return c->count("\"shout\"") == 1 && c->written_at.size() == c->got.size();
    });
  });

  std::uint64_t large_done_at = 0;
  for (auto* each : crowd) large_done_at = std::max(large_done_at, each->written_at.back());
  const auto small_done_at = small.written_at.back();
  INFO("large " << large_said_at << " to " << large_done_at << ", small " << small_said_at << " to "
                << small_done_at);
  // The budget limits the large room, and does not delay the small one.
  CHECK(large_done_at - large_said_at >= members / budget.sends_max - 1);
  CHECK(small_done_at - small_said_at <= 1);
  CHECK(small_done_at < large_done_at);
}

TEST_CASE("busy small rooms leave a quarter of the sends of each iteration to a large room") {
  constexpr std::size_t members = 2'000;
  const net::iteration_budget budget{.sends_max = 64, .send_time_max = 1h};
  node_fixture it(1, quiet(), actors::make_handler, budget);
  std::vector<session_fixture*> crowd;
  std::vector<session_fixture*> busy;
  it.loops.on(0, [&] {
    for (std::size_t i = 0; i < members; ++i) {
      crowd.push_back(&it.open_here(0));
      crowd.back()->say(line("1", "room:large", "phx_join", "{}"));
    }
    for (std::size_t i = 0; i < 200; ++i) {
      busy.push_back(&it.open_here(0));
      busy.back()->say(line("1", "room:small", "phx_join", "{}"));
    }
  });
  it.loops.wait_until(0, [&] {
    return it.loops.at(0).flusher().is_idle() && busy.back()->got.size() == 1 &&
           crowd.back()->got.size() == 1;
  });
  // The small room writes 200 frames in each iteration, more than the budget of 64 sends.
  bool is_over = false;
  std::function<void()> talk = [&] {
    if (is_over) return;
    busy.front()->say(line("2", "room:small", "x"));
    it.loops.at(0).post(talk);
  };
  std::uint64_t said_at = 0;
  it.loops.on(0, [&] {
    said_at = it.loops.at(0).iterations();
    talk();
    crowd.front()->say(line("2", "room:large", "shout"));
  });
  it.loops.wait_until(0, [&] {
    return std::all_of(crowd.begin(), crowd.end(), [](auto* c) {
      return c->count("\"shout\"") == 1 && c->written_at.size() == c->got.size();
    });
  });
  std::uint64_t done_at = 0;
  it.loops.on(0, [&] {
    is_over = true;
    for (auto* each : crowd) done_at = std::max(done_at, each->written_at.back());
  });
  CHECK(done_at - said_at <= members / (64 / 4) + 8);
}

TEST_CASE("if pushes outnumber sends then one send carries all frames queued meanwhile") {
  constexpr std::size_t members = 1'024;
  constexpr std::size_t rooms = 64;
  net::iteration_budget budget;  // the default, but independent of this machine's speed
  budget.send_time_max = budget.handler_time_max = 1h;
  node_fixture it(1, quiet(), actors::make_handler, budget);
  std::vector<session_fixture*> crowd;
  it.loops.on(0, [&] {
    for (std::size_t i = 0; i < members; ++i) {
      crowd.push_back(&it.open_here(0));
      const auto topic = "room:" + std::to_string(i % rooms);
      crowd.back()->say(line("1", topic, "phx_join", "{}"));
    }
  });
  auto& flusher = it.loops.at(0).flusher();
  const auto have = [&](std::size_t count) {
    return flusher.is_idle() &&
           std::all_of(crowd.begin(), crowd.end(), [&](auto* c) { return c->got.size() == count; });
  };
  it.loops.wait_until(0, [&] { return have(1); });
  std::uint64_t before = 0;
  it.loops.on(0, [&] {
    before = flusher.sends();
    for (std::size_t i = 0; i < members; ++i) {
      it.loops.at(0).post(
          [&, i] { crowd[i]->say(line("2", "room:" + std::to_string(i % rooms), "x")); });
    }
  });
  // All broadcasts and its own reply.
  it.loops.wait_until(0, [&] { return have(1 + members / rooms + 1); });
  it.loops.on(0, [&] { CHECK(flusher.sends() - before <= 2 * members); });
}
