// SPDX-License-Identifier: Apache-2.0
#include "actors/runtime/pinned_actor.hpp"

#include <caf/all.hpp>
#include <optional>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

namespace {

using namespace roost;
using namespace roost::actors;

/// Sums its numbers. All adders of a thread share one behavior.
class adder final : public pinned_actor {
 public:
  adder(caf::actor_config& cfg, long& into, std::vector<caf::actor>& all, std::size_t index)
      : pinned_actor(cfg), into_(into), all_(all), index_(index) {}
  caf::behavior make_behavior() override {
    static thread_local const caf::behavior shared{
        [](long n) { self<adder>().into_ += n; },
        [](const std::string&) {
          auto& me = self<adder>();
          for (auto& each : me.all_) me.send(each, static_cast<long>(me.index_));
          me.into_ += 1'000'000;  // sending must not change the current actor
        },
    };
    return shared;
  }

 private:
  long& into_;
  std::vector<caf::actor>& all_;
  std::size_t index_;
};

}  // namespace

TEST_CASE("a behavior shared by many actors runs as the actor that received the message") {
  constexpr std::size_t count = 200;
  tests::running_loops loops(2);
  loop_actor_config config(loops.all());
  std::vector<long> sums(count, 0);
  std::vector<caf::actor> all;
  std::optional<caf::actor_system> system(std::in_place, config);
  auto& scheduler = loop_scheduler::of(*system);
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(spawn_on<adder>(scheduler.unit(i % 2), sums[i], all, i));
  }
  loops.start();
  for (std::size_t i = 0; i < count; ++i) {
    caf::anon_send(all[i], std::string("tell all"));
    caf::anon_send(all[i], static_cast<long>(i) * 100'000'000);
  }
  constexpr long from_all = static_cast<long>(count * (count - 1) / 2);
  const auto expected = [](std::size_t i) {
    return from_all + 1'000'000 + static_cast<long>(i) * 100'000'000;
  };
  for (std::size_t loop = 0; loop < 2; ++loop) {
    loops.wait_until(loop, [&] {
      for (std::size_t i = loop; i < count; i += 2) {
        if (sums[i] != expected(i)) return false;
      }
      return true;
    });
  }
  loops.stop();
  all.clear();
  system->await_actors_before_shutdown(false);
  system.reset();
}
