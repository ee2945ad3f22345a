// SPDX-License-Identifier: Apache-2.0
// The scheduler stepped by hand: virtual time, and a given order of actors.
#include <caf/all.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "actors/runtime/loop_scheduler.hpp"
#include "recording_actor.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/virtual_time.hpp"

namespace {

using namespace roost;
using namespace roost::actors;
using namespace std::chrono_literals;
using tests::keeper;
using tests::notes;

/// Runs the last ready actor with one message, and at most `left` actors.
struct last_first final : run_order {
  std::optional<step> next(std::size_t ready) override {
    if (left == 0) return std::nullopt;
    --left;
    return step{ready - 1, 1};
  }
  int left = 0;
};

/// An actor system on one loop that the test steps.
struct stepped_stage {
  stepped_stage() {
    loops.push_back(std::make_unique<net::loop>(loop_id{0}, net::iteration_budget{}, &time));
    config.emplace(loops);
    system.emplace(*config);
    system->await_actors_before_shutdown(false);
  }
  void settle() {
    while (loops[0]->step()) {
    }
  }
  loop_unit& unit() { return loop_scheduler::of(*system).unit(0); }
  tests::virtual_time time;
  std::vector<std::unique_ptr<net::loop>> loops;
  std::optional<loop_actor_config> config;
  std::optional<caf::actor_system> system;
};

}  // namespace

TEST_CASE("with a virtual clock a delayed message arrives when it is due and not before") {
  stepped_stage it;
  notes seen;
  auto connection = spawn_on<keeper>(it.unit(), seen);
  caf::delayed_anon_send(connection, 1h, 1);
  caf::delayed_anon_send(connection, 2h, 2);
  it.settle();
  CHECK(seen.numbers.empty());
  CHECK(it.loops[0]->next_due() == it.time.now() + 1h);
  it.time.advance(1h);
  it.settle();
  CHECK(seen.numbers == std::vector{1});
  it.time.advance(1h);
  it.settle();
  CHECK(seen.numbers == std::vector{1, 2});
  CHECK(it.loops[0]->next_due() == net::time_point::max());
}

TEST_CASE(
    "a run order chooses the next actor and its number of messages and the end of the iteration") {
  stepped_stage it;
  notes seen;
  std::vector<caf::actor> all;
  for (int i = 0; i < 3; ++i) all.push_back(spawn_on<keeper>(it.unit(), seen));
  it.settle();
  last_first order;
  it.unit().set_order(&order);
  for (int i = 0; i < 3; ++i) {
    caf::anon_send(all[static_cast<std::size_t>(i)], i * 10);
    caf::anon_send(all[static_cast<std::size_t>(i)], i * 10 + 1);
  }
  it.loops[0]->step();
  CHECK(seen.numbers.empty());
  CHECK(it.unit().has_work());
  order.left = 1;
  it.loops[0]->step();
  CHECK(seen.numbers == std::vector{20});
  order.left = 5;
  it.settle();
  CHECK(seen.numbers == std::vector{20, 21, 10, 11, 0, 1});
  CHECK_FALSE(it.unit().has_work());
}
