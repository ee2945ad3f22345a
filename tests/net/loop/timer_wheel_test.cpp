// SPDX-License-Identifier: Apache-2.0
#include "net/loop/timer_wheel.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace std::chrono_literals;
using roost::net::time_point;
using roost::net::timer_node;
using roost::net::timer_wheel;
using std::chrono::milliseconds;

struct probe_node final : timer_node {
  explicit probe_node(std::function<void()> callback = [] {}) : then(std::move(callback)) {}
  void expired() override {
    ++count;
    then();
  }
  std::function<void()> then;
  int count = 0;
};

}  // namespace

TEST_CASE("a timer expires at most two ticks after its due time and never before") {
  std::mt19937 random(7);
  const time_point start{1h};
  for (int round = 0; round < 200; ++round) {
    timer_wheel wheel(start);
    auto now = start + milliseconds(random() % 1000);
    const milliseconds after(random() % 150'000);
    const auto due = now + after;
    probe_node node;
    wheel.arm(node, after, now);
    while (node.count == 0) {
      now += milliseconds(1 + random() % 50);
      wheel.advance(now);
      if (node.count > 0) {
        CHECK(now >= due);
        CHECK(now <= due + 2 * timer_wheel::tick);
      } else {
        REQUIRE(now <= due + 2 * timer_wheel::tick);
      }
    }
    CHECK(wheel.armed() == 0);
  }
}

TEST_CASE("random arms and moves and cancels of timers behave like a sorted list") {
  std::mt19937 random(11);
  const time_point start{1h};
  timer_wheel wheel(start);
  auto now = start;
  struct entry {
    std::unique_ptr<probe_node> node = std::make_unique<probe_node>();
    time_point due;
    bool armed = false;
  };
  std::vector<entry> all(300);
  for (int step = 0; step < 5000; ++step) {
    auto& one = all[random() % all.size()];
    if (random() % 4 == 0) {
      one.node->cancel();
      one.armed = false;
    } else {
      const milliseconds after(random() % 120'000);
      wheel.arm(*one.node, after, now);
      one.due = now + after;
      one.armed = true;
    }
    now += milliseconds(random() % 200);
    wheel.advance(now);
    std::size_t armed = 0;
    for (auto& each : all) {
      if (each.armed && !each.node->is_armed()) {
        REQUIRE(now >= each.due);
        each.armed = false;
      }
      if (each.armed) REQUIRE(now <= each.due + 2 * timer_wheel::tick);
      REQUIRE(each.armed == each.node->is_armed());
      armed += each.armed ? 1U : 0U;
    }
    REQUIRE(wheel.armed() == armed);
  }
}

TEST_CASE("no timer expires before next_due") {
  std::mt19937 random(3);
  timer_wheel wheel(time_point{1h});
  auto now = time_point{1h} + 3s;
  std::vector<std::unique_ptr<probe_node>> nodes;
  for (int i = 0; i < 50; ++i) {
    nodes.push_back(std::make_unique<probe_node>());
    wheel.arm(*nodes.back(), milliseconds(random() % 100'000), now);
  }
  while (wheel.armed() > 0) {
    const auto next = wheel.next_due();
    const auto armed = wheel.armed();
    REQUIRE(next > now);
    wheel.advance(next - 1ns);
    REQUIRE(wheel.armed() == armed);
    now = next;
    wheel.advance(now);
  }
}

TEST_CASE("ten thousand timers armed in one tick need at most two wakeups") {
  timer_wheel wheel(time_point{1h});
  std::vector<std::unique_ptr<probe_node>> nodes(10'000);
  for (auto& each : nodes) {
    each = std::make_unique<probe_node>();
    wheel.arm(*each, 60s, time_point{1h});
  }
  int wakes = 0;
  while (wheel.armed() > 0) {
    wheel.advance(wheel.next_due());
    ++wakes;
  }
  CHECK(wakes <= 2);
}

TEST_CASE("an expired timer may rearm itself and cancel or destroy others") {
  const time_point start{1h};
  timer_wheel wheel(start);
  probe_node victim;
  auto doomed = std::make_unique<probe_node>();
  probe_node again;
  again.then = [&] {
    victim.cancel();
    doomed.reset();
    if (again.count < 3) wheel.arm(again, 0ms, start);
  };
  // Timers in one slot run in reverse order of arming.
  wheel.arm(victim, 100ms, start);
  wheel.arm(*doomed, 100ms, start);
  wheel.arm(again, 100ms, start);
  wheel.advance(start + 1s);
  CHECK(again.count == 1);
  CHECK(victim.count == 0);
  CHECK(wheel.armed() == 1);
  wheel.advance(start + 2s);
  wheel.advance(start + 3s);
  CHECK(again.count == 3);
  CHECK(wheel.armed() == 0);
}

TEST_CASE("a timer may outlive its wheel") {
  probe_node node;
  {
    timer_wheel wheel(time_point{1h});
    wheel.arm(node, 1s, time_point{1h});
  }
  CHECK_FALSE(node.is_armed());
}
